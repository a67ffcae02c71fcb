import { audienceConditionText, userConditionText } from './condition-text.js';
import { Comparator } from './comparator.js';
import type { UserConditionJson } from './config-json.js';
import { refusalOf } from './refusal.js';
import type { Condition, Run } from './run.js';
import type { Scope } from './scope.js';
import type { AudienceSegment } from './segment.js';
import { compileAudience } from './segment.js';
import type { ConditionTrace, TraceOutcome } from './trace.js';
import { compileUserCondition } from './user-condition.js';

/** What is traced: which evaluation, with which scope, and where to. */
export interface TraceTarget {
  readonly run: Run;
  readonly scope: Scope;
  readonly traces: ConditionTrace[];
}

/** Traces a user condition; a failure leaves its trace without outcome. */
export function traceUserCondition(json: UserConditionJson, target: TraceTarget): TraceOutcome {
  return trace(
    { attribute: json.a, comparator: json.c, text: userConditionText(json) },
    compileUserCondition(json, target.scope),
    target,
  );
}

/** Traces the membership in an audience, which has no condition in the JSON. */
export function traceAudience(audience: AudienceSegment, target: TraceTarget): TraceOutcome {
  const { attribute } = audience;
  return trace(
    { attribute, comparator: Comparator.hashedIsOneOf, text: audienceConditionText(attribute) },
    compileAudience(audience, target.scope),
    target,
  );
}

function trace(
  condition: { attribute: string; comparator: number; text: string },
  evaluate: Condition,
  { run, scope, traces }: TraceTarget,
): TraceOutcome {
  const { attribute: name, comparator, text } = condition;
  const node: ConditionTrace = { kind: 'user', text };
  traces.push(node);
  const value = scope.reader(name)(run);
  node.outcome = evaluate(run) ?? refusalOf(run.user, { name, value }, comparator);
  return node.outcome;
}
