import type { MembershipEvent, MembershipOutcome } from '../audiences/membership-store.js';
import type { NewestRows } from './keep-newest.js';

/** The row's own data is refused by PostgreSQL, however often it is sent. */
export type FlushOutcome = MembershipOutcome | 'refused';

/**
 * The outcome of each event, from those of the rows that were kept of them, in their order;
 * undefined: it could not be written. What lost to a row that was not stored is not stored either.
 */
export function outcomesOfAll<Event extends MembershipEvent>(
  events: readonly Event[],
  newest: NewestRows<Event>,
  ofKept: readonly FlushOutcome[],
): readonly FlushOutcome[];
export function outcomesOfAll<Event extends MembershipEvent>(
  events: readonly Event[],
  newest: NewestRows<Event>,
  ofKept: ReadonlyArray<FlushOutcome | undefined>,
): ReadonlyArray<FlushOutcome | undefined>;
export function outcomesOfAll<Event extends MembershipEvent>(
  events: readonly Event[],
  { kept, stale, unchanged, winners }: NewestRows<Event>,
  ofKept: ReadonlyArray<FlushOutcome | undefined>,
): ReadonlyArray<FlushOutcome | undefined> {
  if (kept.length === events.length) return ofKept;
  const outcomes = new Map<Event | undefined, FlushOutcome | undefined>();
  for (const [index, event] of kept.entries()) outcomes.set(event, ofKept[index]);
  const tell = (losers: readonly Event[], outcome: 'stale' | 'unchanged'): void => {
    for (const event of losers) {
      const ofWinner = outcomes.get(winners.get(event));
      const isStored = ofWinner !== undefined && ofWinner !== 'gone' && ofWinner !== 'refused';
      outcomes.set(event, isStored ? outcome : ofWinner);
    }
  };
  tell(stale, 'stale');
  tell(unchanged, 'unchanged');
  return events.map((event) => outcomes.get(event));
}
