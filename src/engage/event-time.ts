import type { JsonObject } from './json-value.js';
import { parseTime } from './time-text.js';

/** A clock may run ahead by this much before its times are no longer believed, in µs. */
const MAX_AHEAD = 3_600_000_000;

/** When something happened, in µs since 1970. */
export interface EventTime {
  readonly at: number;
  /** The event named a time more than an hour ahead; `at` is its arrival instead. */
  readonly clamped: boolean;
}

/**
 * When an event happened: `timestamp`, else `originalTimestamp`, `receivedAt`, its arrival (µs);
 * undefined when the first of them that is there cannot be read. `timestamp` is only as fine as a
 * millisecond, where the sender's own `originalTimestamp` often has nanoseconds: within one
 * millisecond the latter tells the order (contracts/engage.md §5).
 */
export function eventTime(event: JsonObject, arrival: number): EventTime | undefined {
  const at = namedTime(event);
  if (at === undefined) return { at: arrival, clamped: false };
  if (Number.isNaN(at)) return undefined;
  return at - arrival > MAX_AHEAD ? { at: arrival, clamped: true } : { at, clamped: false };
}

/** Undefined when the event names no time, NaN when it names one that cannot be read. */
function namedTime(event: JsonObject): number | undefined {
  const { timestamp, originalTimestamp, receivedAt } = event;
  if (isMissing(timestamp)) {
    const fallback = isMissing(originalTimestamp) ? receivedAt : originalTimestamp;
    return isMissing(fallback) ? undefined : parseTime(fallback);
  }
  const at = parseTime(timestamp);
  if (isMissing(originalTimestamp)) return at;
  const finer = parseTime(originalTimestamp);
  return Math.floor(finer / 1000) === Math.floor(at / 1000) ? finer : at;
}

function isMissing(time: unknown): time is null | undefined {
  return time === undefined || time === null;
}
