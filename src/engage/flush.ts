import type {
  MembershipEvent,
  MembershipOutcome,
  MembershipStore,
} from '../audiences/membership-store.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { isBadData } from '../database/sql-state.js';
import { keepNewest } from './keep-newest.js';

/** The row's own data is refused by PostgreSQL, however often it is sent. */
export type FlushOutcome = MembershipOutcome | 'refused';

/** An event that waits to be written, and where its outcome goes. */
export interface PendingEvent extends MembershipEvent {
  settle(outcome: FlushOutcome): void;
}

/**
 * Writes events of any number of requests in one statement. Settles each of them, or throws what
 * PostgreSQL said and settles none of those that were not written.
 */
export async function flush(
  store: MembershipStore,
  events: readonly PendingEvent[],
  random: () => number = Math.random,
): Promise<void> {
  const { kept, stale, unchanged } = keepNewest(events);
  await write(store, kept, random);
  stale.forEach((event) => event.settle('stale'));
  unchanged.forEach((event) => event.settle('unchanged'));
}

/** A statement that fails on data is split until the bad row stands alone: it must not cost the good ones. */
async function write(
  store: MembershipStore,
  events: readonly PendingEvent[],
  random: () => number,
): Promise<void> {
  try {
    const outcomes = await repeatOnConflict(() => store.write(events), random);
    events.forEach((event, index) => event.settle(outcomes[index] ?? 'refused'));
  } catch (error) {
    if (!isBadData(error)) {
      throw error;
    }
    if (events.length === 1) {
      events.forEach((event) => event.settle('refused'));
      return;
    }
    const middle = Math.ceil(events.length / 2);
    await write(store, events.slice(0, middle), random);
    await write(store, events.slice(middle), random);
  }
}
