import type { MembershipEvent, MembershipStore } from '../audiences/membership-store.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { isBadData } from '../database/sql-state.js';
import { outcomesOfAll, type FlushOutcome } from './flush-outcome.js';
import { keepNewest } from './keep-newest.js';

/** After so many that lost to an erasure, the next one lets none begin. */
const DISTURBED_ATTEMPTS = 2;

/** What became of a flush's events, in their order; undefined where one could not be written, and `error` tells why. */
export interface Flushed {
  readonly outcomes: ReadonlyArray<FlushOutcome | undefined>;
  readonly error: unknown;
}

/** Writes events of any number of requests in one statement. Never rejects. */
export async function flush(
  store: MembershipStore,
  events: readonly MembershipEvent[],
  random: () => number = Math.random,
): Promise<Flushed> {
  const newest = keepNewest(events);
  const written: FlushOutcome[] = [];
  let error: unknown;
  try {
    await write(store, newest.kept, { outcomes: written, random });
  } catch (thrown) {
    error = thrown;
  }
  const ofKept = newest.kept.map((_event, index) => written[index]);
  return { outcomes: outcomesOfAll(events, newest, ofKept), error };
}

interface Writing {
  /** Those of the events before; appended to. */
  readonly outcomes: FlushOutcome[];
  readonly random: () => number;
}

/** A statement that fails on data is split until the bad row stands alone: it must not cost the good ones. */
async function write(
  store: MembershipStore,
  events: readonly MembershipEvent[],
  writing: Writing,
): Promise<void> {
  try {
    let attempts = 0;
    const outcomes = await repeatOnConflict(() => {
      attempts += 1;
      return attempts > DISTURBED_ATTEMPTS ? store.writeUndisturbed(events) : store.write(events);
    }, writing.random);
    writing.outcomes.push(...outcomes);
  } catch (error) {
    if (!isBadData(error)) {
      throw error;
    }
    if (events.length === 1) {
      writing.outcomes.push('refused');
      return;
    }
    const middle = Math.ceil(events.length / 2);
    await write(store, events.slice(0, middle), writing);
    await write(store, events.slice(middle), writing);
  }
}
