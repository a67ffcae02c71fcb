import type { ChangedEvent } from '../outbox/changed-event.js';

/** One of Segment's track calls, of the Tracking API (contracts/analytics.md). */
export interface TrackEvent {
  readonly event: 'Feature Flag Evaluated' | 'Feature Flag Changed';
  readonly identity: Identity;
  /** Segment takes each once. */
  readonly messageId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Who it is about. */
export type Identity = ChangedEvent['identity'];

/** Segment takes no larger event; ours stay below with what its package adds. */
export const MAX_EVENT_BYTES = 32_000;
/** Of the members that the package adds: its library and runtime, the type, the context. */
const ADDED_BYTES = 700;

/** What it takes on the wire, at most. */
export function wireBytes(event: TrackEvent): number {
  return Buffer.byteLength(JSON.stringify(event)) + ADDED_BYTES;
}
