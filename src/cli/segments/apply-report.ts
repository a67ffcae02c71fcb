import type { AppliedStep } from './apply-segments.js';
import type { FieldChange, SegmentStep } from './segment-plan.js';

type Kind = SegmentStep['kind'];

/** What was done, or would be. */
export interface ApplyReport {
  readonly product: string;
  readonly dryRun: boolean;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly failed: number;
  readonly segments: readonly ReportedStep[];
}

interface ReportedStep {
  readonly name: string;
  readonly action: Kind;
  readonly changes?: readonly FieldChange[];
  readonly problem?: string;
}

export function reportOf(
  product: string,
  applied: readonly AppliedStep[],
  dryRun: boolean,
): ApplyReport {
  const count = (kind: Kind): number =>
    applied.filter(({ step, problem }) => step.kind === kind && problem === undefined).length;
  return {
    product,
    dryRun,
    created: count('create'),
    changed: count('change'),
    unchanged: count('keep'),
    deleted: count('delete'),
    failed: applied.filter(({ problem }) => problem !== undefined).length,
    segments: applied.map(({ step, problem }) => ({
      name: step.name,
      action: step.kind,
      ...(step.kind === 'change' && { changes: step.changes }),
      ...(problem !== undefined && { problem }),
    })),
  };
}

const SIGNS: Readonly<Record<Kind, string>> = { create: '+', change: '~', keep: '=', delete: '-' };

/** The same for people. */
export function reportText(report: ApplyReport): string {
  const { created, changed, unchanged, deleted, failed, dryRun } = report;
  const counts = [
    `${created} ${dryRun ? 'to create' : 'created'}`,
    `${changed} ${dryRun ? 'to change' : 'changed'}`,
    `${deleted} ${dryRun ? 'to delete' : 'deleted'}`,
    `${unchanged} unchanged`,
    ...(failed > 0 ? [`${failed} refused`] : []),
  ];
  return [
    ...report.segments.flatMap(linesOf),
    `${report.product}: ${counts.join(', ')}${dryRun ? ' (nothing was written)' : ''}`,
  ].join('\n');
}

function linesOf({ name, action, changes = [], problem }: ReportedStep): readonly string[] {
  return [
    `${problem === undefined ? SIGNS[action] : '!'} ${name}`,
    ...changes.map(({ field, from, to }) => `    ${field}: ${short(from)} -> ${short(to)}`),
    ...(problem === undefined ? [] : [`    ${problem.replaceAll('\n', '\n    ')}`]),
  ];
}

/** A list may have 15,000 values. */
const MAX_LENGTH = 200;

function short(value: unknown): string {
  const text = value === undefined ? '(none)' : JSON.stringify(value);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (${text.length})` : text;
}
