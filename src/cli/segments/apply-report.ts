import type { AppliedStep } from './apply-segments.js';
import type { FieldChange } from './field-changes.js';
import type { SegmentStep } from './segment-plan.js';

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
    ...changes.map(changeText),
    ...(problem === undefined ? [] : [`    ${problem.replaceAll('\n', '\n    ')}`]),
  ];
}

/** A list of values may have 65,535 characters: what is shown begins a little before the difference. */
const MAX_LENGTH = 100;
const BEFORE = 20;

function changeText({ field, from, to }: FieldChange): string {
  const [before, after] = [textOf(from), textOf(to)];
  const start = Math.max(0, commonLength(before, after) - BEFORE);
  const cut = (text: string): string => {
    if (text.length <= MAX_LENGTH) return text;
    const end = start + MAX_LENGTH;
    return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
  };
  return `    ${field}: ${cut(before)} -> ${cut(after)}`;
}

function textOf(value: unknown): string {
  return value === undefined ? '(none)' : JSON.stringify(value);
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
