import { eventIdentifiers } from './event-identifiers.js';
import { identifierHash } from './identifier-hash.js';
import { measureJson } from './json-measure.js';

/** Above it a rejected event keeps its size only (contracts/engage.md §5). */
const MAX_BYTES = 64 * 1024;

/**
 * PostgreSQL reads json by recursion, in at least 100 kB of stack: 1,000 levels are safe, and ten
 * times what an event may have.
 */
const MAX_DEPTH = 1000;

/** What is stored of a rejected event. */
export interface RejectedPayload {
  /**
   * Text for a `json` column, which takes the escapes of NUL and of lone surrogates that `jsonb`
   * refuses; null where the event is over 64 KiB, or nests too deep for PostgreSQL to read.
   */
  readonly payload: string | null;
  /** What the event takes as JSON text without white space, in bytes of UTF-8. */
  readonly bytes: number;
  /** SHA-256 of the identifiers in the payload, for erasing it with their owner. */
  readonly identifierHashes: readonly Buffer[];
}

/** What to store of an event that was rejected under a destination with this `context_key`. */
export function rejectedPayload(event: unknown, contextKey: string): RejectedPayload {
  const { bytes, depth } = measureJson(event);
  if (bytes > MAX_BYTES || depth > MAX_DEPTH) return { payload: null, bytes, identifierHashes: [] };
  const identifierHashes = [...eventIdentifiers(event, contextKey)].map(identifierHash);
  return { payload: JSON.stringify(event), bytes, identifierHashes };
}
