import { createHash, randomUUID } from 'node:crypto';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { SeenEvaluation } from './evaluated-queue.js';
import { MAX_EVENT_BYTES, wireBytes, type Identity, type TrackEvent } from './track-event.js';

/** A longer text is told by its variation id. */
const MAX_TEXT = 1_000;

/** An event, with what it takes on the wire at most. */
export interface SizedEvent {
  readonly event: TrackEvent;
  readonly bytes: number;
}

/** What makes evaluations the same event. */
export interface Sameness {
  /** Milliseconds. */
  readonly repeatAfter: number;
  /** Segment compares message ids across all of its customers. */
  readonly writeKey: string;
}

/**
 * The event of an evaluation (contracts/analytics.md); undefined: it fits into none, as its
 * Identifier or the flag's key alone is too large. Replicas that see the same in one window of
 * `repeatAfter` give it the same id.
 */
export function evaluatedEvent(seen: SeenEvaluation, sameness: Sameness): SizedEvent | undefined {
  const { flagKey, evaluation, userId, at } = seen;
  const identity =
    userId === undefined ? { anonymousId: seen.anonymousId ?? randomUUID() } : { userId };
  const told = {
    feature_flag_key: flagKey,
    value: toldValue(evaluation),
    variation_id: evaluation.variationId,
  };
  const event: TrackEvent = {
    event: 'Feature Flag Evaluated',
    identity,
    messageId: messageIdOf(seen, identity, sameness),
    at,
    properties: { ...told, ...userProperties(seen) },
  };
  const bare = { ...event, properties: { ...told, user_cut: 'all left out' } };
  return sized(event) ?? sized(bare);
}

function sized(event: TrackEvent): SizedEvent | undefined {
  const bytes = wireBytes(event);
  return bytes <= MAX_EVENT_BYTES ? { event, bytes } : undefined;
}

function toldValue({ value, variationId }: Evaluation): Evaluation['value'] {
  if (typeof value !== 'string' || value.length <= MAX_TEXT) return value;
  return variationId ?? value.slice(0, MAX_TEXT);
}

function userProperties({ user }: SeenEvaluation): Record<string, unknown> {
  if (user === undefined) return {};
  const told = { user: JSON.parse(user.json) as unknown };
  return user.cut === undefined ? told : { ...told, user_cut: user.cut };
}

function messageIdOf(
  { sdkId, flagKey, evaluation, at }: SeenEvaluation,
  identity: Identity,
  { repeatAfter, writeKey }: Sameness,
): string {
  const id = 'userId' in identity ? ['user', identity.userId] : ['anonymous', identity.anonymousId];
  const { variationId, value } = evaluation;
  const window = repeatAfter > 0 ? Math.floor(at / repeatAfter) : randomUUID();
  const named = [writeKey, sdkId, flagKey, id, variationId ?? ['value', String(value)], window];
  return `evaluated-${createHash('sha256').update(JSON.stringify(named)).digest('hex')}`;
}
