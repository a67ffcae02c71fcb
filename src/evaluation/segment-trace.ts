import { segmentConditionText } from './condition-text.js';
import type { SegmentConditionJson } from './config-json.js';
import { invalidModel } from './invalid-model-error.js';
import { withPolarity } from './polarity.js';
import { MISSING_USER } from './refusal.js';
import type { Run } from './run.js';
import type { SegmentSource } from './segment.js';
import type { ConditionTrace, SegmentTrace, TraceOutcome } from './trace.js';
import { traceAudience, traceUserCondition } from './user-condition-trace.js';

/** Traces a segment condition; a failure leaves its trace without outcome. */
export function traceSegmentCondition(
  json: SegmentConditionJson,
  source: SegmentSource,
  { run, traces }: { run: Run; traces: ConditionTrace[] },
): TraceOutcome {
  const segment = source.segments[json.s];
  const node: SegmentTrace = { kind: 'segment', text: segmentConditionText(json, segment) };
  traces.push(node);
  node.outcome = run.user === undefined ? MISSING_USER : traceSegment(json, node, { source, run });
  return node.outcome;
}

function traceSegment(
  json: SegmentConditionJson,
  node: SegmentTrace,
  { source, run }: { source: SegmentSource; run: Run },
): TraceOutcome {
  const segmentJson = source.segments[json.s] ?? invalidModel('Segment reference is invalid.');
  if (segmentJson.n === '') invalidModel('Segment name is missing.');
  const segment: NonNullable<SegmentTrace['segment']> = { name: segmentJson.n, conditions: [] };
  node.segment = segment;
  const target = { run, scope: source.scopeOf(segmentJson.n), traces: segment.conditions };
  const audience = source.audiences.get(json.s);
  const outcome = audience
    ? traceAudience(audience, target)
    : firstNotTrue(segmentJson.r ?? [], (condition) => traceUserCondition(condition, target));
  segment.outcome = outcome;
  return typeof outcome === 'string' ? outcome : withPolarity(json.c, outcome);
}

/** AND: the first outcome that is not true, or true. */
export function firstNotTrue<T>(
  items: readonly T[],
  outcomeOf: (item: T) => TraceOutcome,
): TraceOutcome {
  for (const item of items) {
    const outcome = outcomeOf(item);
    if (outcome !== true) return outcome;
  }
  return true;
}
