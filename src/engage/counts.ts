import type { FlushOutcome } from './flush-outcome.js';

/** What became of a request's events; the others sum to `received`. */
export interface Counts {
  received: number;
  added: number;
  removed: number;
  unchanged: number;
  stale: number;
  skipped: number;
  rejected: number;
  erased: number;
}

export function noCounts(received: number): Counts {
  return {
    received,
    added: 0,
    removed: 0,
    unchanged: 0,
    stale: 0,
    skipped: 0,
    rejected: 0,
    erased: 0,
  };
}

/** Refused events are counted with the other rejections; those whose audience is gone come again. */
export function countOutcomes(counts: Counts, outcomes: readonly FlushOutcome[]): void {
  for (const outcome of outcomes) {
    if (outcome !== 'refused' && outcome !== 'gone') counts[outcome] += 1;
  }
}
