import type { Database } from '../database/database.js';
import type { Counts } from './counts.js';
import type { Destination } from './destinations.js';
import type { EventReceiver } from './event-receiver.js';
import { EventTotals } from './event-totals.js';
import { filterParameters, type RejectedFilter } from './rejected-event-list.js';
import { replayInterpreter } from './replay-interpreter.js';
import type { ReplayRejections } from './replay-rejections.js';
import * as sql from './replay.sql.js';

/** As Segment batches them: so many, or so many bytes. */
const BATCH_EVENTS = 1_000;
const BATCH_BYTES = 4 * 1024 * 1024;

/** Which rejected events are replayed. */
export interface ReplayFilter extends RejectedFilter {
  /** Also those that were refused for their signature: whoever asks has looked at them. */
  readonly unsigned: boolean;
}

/** What became of the events, and of those that match and stay. */
export interface ReplayResult {
  readonly counts: Readonly<Counts>;
  readonly left: {
    readonly rejected: number;
    readonly badSignature: number;
    readonly tooLarge: number;
    readonly unknownDestination: number;
  };
}

/** A receiver of its own, with what notes those that it rejects. */
export interface ReplayReceiver {
  readonly receiver: EventReceiver;
  readonly rejections: ReplayRejections;
}

/**
 * Sends rejected events through their destinations again, once their mapping was mended. An event goes
 * from where it was kept after it was committed: whatever ends a replay in between, the next one
 * finishes it, and what comes twice changes nothing.
 */
export class Replay {
  private readonly destinations: ReadonlyMap<string, Destination>;

  constructor(
    private readonly database: Database,
    destinations: readonly Destination[],
    private readonly newReceiver: () => ReplayReceiver,
  ) {
    this.destinations = new Map(destinations.map((destination) => [destination.id, destination]));
  }

  /**
   * Resolves when all that is kept now was tried, oldest first. Rejects when something could not be
   * committed; repeating it does no harm then.
   */
  async run(filter: ReplayFilter): Promise<ReplayResult> {
    const wanted = [...filterParameters(filter), [...this.destinations.keys()], filter.unsigned];
    const [survey] = await this.database.query<SurveyRow>(sql.SURVEY, wanted);
    const newest = Number(survey?.newest ?? 0);
    const totals = new EventTotals();
    for (let last = 0; last < newest;) {
      const batch = await this.database.query<BatchRow>(sql.READ_BATCH, [
        ...wanted,
        last,
        newest,
        BATCH_EVENTS,
        BATCH_BYTES,
      ]);
      for (const [destination, rows] of this.byDestination(batch)) {
        totals.add(destination.id, await this.receive(destination, rows), 0);
      }
      last = Number(batch.at(-1)?.id ?? newest);
    }
    const counts = totals.sum;
    return {
      counts,
      left: {
        rejected: counts.rejected,
        badSignature: Number(survey?.bad_signature ?? 0),
        tooLarge: Number(survey?.too_large ?? 0),
        unknownDestination: Number(survey?.unknown_destination ?? 0),
      },
    };
  }

  private byDestination(batch: readonly BatchRow[]): ReadonlyMap<Destination, KeptRow[]> {
    const groups = new Map<Destination, KeptRow[]>();
    for (const { id, destination: name, received_at, payload } of batch) {
      const destination = this.destinations.get(name);
      if (destination === undefined || payload === null) continue;
      const group = groups.get(destination) ?? [];
      groups.set(destination, group);
      group.push({ id, received_at, payload });
    }
    return groups;
  }

  private async receive(destination: Destination, rows: readonly KeptRow[]): Promise<Counts> {
    const events = rows.map(({ payload }): unknown => JSON.parse(payload));
    const arrivals = rows.map(({ received_at }) => received_at.getTime());
    const { receiver, rejections } = this.newReceiver();
    const counts = await receiver.receive({
      destination,
      // Whether the body was UTF-8 was not kept, so a U+FFFD may stand for anything.
      read: () => ({ events, lossy: true }),
      interpret: replayInterpreter(destination, arrivals),
      arrival: Math.max(...arrivals),
    });
    const taken = rows.filter((_row, index) => !rejections.has(events[index]));
    if (taken.length > 0) {
      await this.database.query(sql.DELETE_TAKEN, [taken.map(({ id }) => id)]);
    }
    return counts;
  }
}

interface SurveyRow {
  readonly newest: string;
  readonly unknown_destination: string;
  readonly bad_signature: string;
  readonly too_large: string;
}

interface KeptRow {
  readonly id: string;
  readonly received_at: Date;
  /** JSON. */
  readonly payload: string;
}

interface BatchRow extends Omit<KeptRow, 'payload'> {
  readonly destination: string;
  /** Null: not wanted. */
  readonly payload: string | null;
}
