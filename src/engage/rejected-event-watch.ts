import type { Database } from '../database/database.js';
import { LOOK } from './rejected-event-watch.sql.js';

/** Longer than a statement takes from drawing its numbers to its commit; short, for each look reads so far back. */
const IN_FLIGHT_MS = 10_000;

/** Events of one destination that were rejected for one reason since the last look. */
export interface NewRejections {
  readonly destination: string;
  readonly reason: string;
  readonly count: number;
}

/** Notices events that any process keeps aside. */
export class RejectedEventWatch {
  private snapshot: string | undefined;
  /** The newest ids of the last looks, oldest first. */
  private newest: { readonly id: number; readonly at: number }[] = [];

  constructor(
    private readonly database: Database,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What came since the last look; the first one answers nothing. Not to be called again before it resolved. */
  async look(): Promise<readonly NewRejections[]> {
    const at = this.now();
    const [row] = await this.database.queryPromptly<LookRow>(
      { name: 'look_for_rejected', text: LOOK },
      [this.newest[0]?.id ?? 0, this.snapshot ?? null],
    );
    if (row === undefined) return [];
    this.snapshot = row.snapshot;
    this.newest.push({ id: Number(row.newest), at });
    while ((this.newest[1]?.at ?? Infinity) <= at - IN_FLIGHT_MS) this.newest.shift();
    return row.counts;
  }

  /** The next look is the first one. */
  forget(): void {
    this.snapshot = undefined;
    this.newest = [];
  }
}

interface LookRow {
  readonly snapshot: string;
  readonly newest: string;
  readonly counts: readonly NewRejections[];
}
