import type { Database } from '../database/database.js';
import { Loop, type LoopRegistry } from '../loop.js';
import * as sql from './erasure.sql.js';

const INTERVAL_MS = 5_000;
/** Who is erased so soon after a round waits for the next: each looks through all of the history. */
const REST_MS = 1_000;
const MOST_AT_ONCE = 5_000;
/** Another replica goes on when this one has not said anything for so long. */
const LEASE_MS = 60_000;
const RENEW_AFTER_MS = 15_000;
/** Changes that one statement looks at; between these, so many that it takes about so long. */
const FEWEST_CHANGES = 100;
const MOST_CHANGES = 100_000;
const STATEMENT_MS = 100;

/** Makes the history of changes forget who was erased. */
export class HistoryErasure {
  private readonly loop: Loop;
  private stretch = 1_000;
  private lastEnd = -Infinity;

  constructor(
    private readonly database: Database,
    report: { readonly onError: (error: unknown) => void; readonly loops?: LoopRegistry },
  ) {
    this.loop = new Loop({
      name: 'history-erasure',
      interval: INTERVAL_MS,
      run: (signal) => this.run(signal),
      onError: report.onError,
      ...(report.loops && { registry: report.loops }),
    });
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** There is somebody to forget. */
  wake(): void {
    if (performance.now() - this.lastEnd > REST_MS) this.loop.wake();
  }

  /** Until nobody is left whom nobody else is at. */
  async run(signal?: AbortSignal): Promise<void> {
    const isStopped = (): boolean => signal?.aborted === true;
    while (!isStopped()) {
      const claimed = await this.database.query<ClaimedRow>(sql.CLAIM_HISTORY, [
        MOST_AT_ONCE,
        LEASE_MS,
      ]);
      if (claimed.length === 0) return;
      const columns = [
        claimed.map((row) => row.destination),
        claimed.map((row) => row.member_key),
        claimed.map((row) => row.erased_at),
      ] as const;
      if (!(await this.scrub(columns, signal))) return;
      await this.database.query(sql.FORGET_HISTORY, columns);
      this.lastEnd = performance.now();
    }
  }

  /** @returns false when stopped before its end. */
  private async scrub(columns: Columns, signal: AbortSignal | undefined): Promise<boolean> {
    const [extent] = await this.database.query<ExtentRow>(sql.READ_EXTENT);
    const last = Number(extent?.last ?? 0);
    let after = Number(extent?.first ?? 1) - 1;
    let renewed = performance.now();
    while (after < last) {
      if (signal?.aborted === true) return false;
      const start = performance.now();
      const to = Math.min(last, after + this.stretch);
      await this.database.query(sql.SCRUB_CHANGES, [...columns, after, to]);
      after = to;
      const end = performance.now();
      const factor = end - start < STATEMENT_MS ? 2 : 0.5;
      this.stretch = Math.min(MOST_CHANGES, Math.max(FEWEST_CHANGES, this.stretch * factor));
      if (end - renewed > RENEW_AFTER_MS) {
        await this.database.query(sql.RENEW_HISTORY, [columns[0], columns[1], LEASE_MS]);
        renewed = end;
      }
      // Half of the time is for others.
      await new Promise((resolve) => setTimeout(resolve, end - start));
    }
    return true;
  }
}

type Columns = readonly [
  destinations: readonly string[],
  keys: readonly string[],
  times: readonly string[],
];

interface ClaimedRow {
  readonly destination: string;
  readonly member_key: string;
  /** Microseconds since 1970. */
  readonly erased_at: string;
}

interface ExtentRow {
  readonly first: string | null;
  readonly last: string | null;
}
