import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { answerWithin } from '../database/answer-within.js';
import type { Database } from '../database/database.js';
import { Loop, type LoopRegistry } from '../loop.js';

/** Who polls: this replica, another one, or each for itself because PostgreSQL is away. */
export type Poller = 'this' | 'another' | 'each';

export interface PollingLockTiming {
  /** Milliseconds between two attempts to get what others have; each also shows that we live. */
  readonly interval: number;
  /** PostgreSQL lets go of a session that it did not hear of for so long: a replica in a black hole. */
  readonly idleTimeout: number;
}

const TIMING: PollingLockTiming = { interval: 5_000, idleTimeout: 15_000 };
const CHECK_TIMEOUT_MS = 3_000;
/** Stored configs can be read only after the schema was brought up to date; a long migration is not waited for. */
const SCHEMA_TIMEOUT_MS = 5_000;

/**
 * Which replica asks the sources. A session lock a source, all on one connection of this replica: a
 * lock of its own for each, since replicas may differ in the SDK ids and keys that they have (while
 * options are rolled out); and one connection, since what ends it ends all of them. A replica that
 * dies loses them with its connection, one in a black hole by PostgreSQL's own timeout. (As with
 * LISTEN, a pooler between must work by session.)
 */
export class PollingLock {
  private readonly timing: PollingLockTiming;
  private readonly loop: Loop;
  private readonly held = new Set<string>();
  private readonly gained: Array<(source: string) => void> = [];
  private readonly firstAttempt: Promise<void>;
  private markAttempted: () => void;
  private hasAttempted = false;
  private session: Client | undefined;

  constructor(
    private readonly database: Database,
    /** By sourceName(). */
    private readonly sources: readonly string[],
    onError: (error: unknown) => void,
    {
      timing = TIMING,
      loops,
    }: { readonly timing?: PollingLockTiming; readonly loops?: LoopRegistry } = {},
  ) {
    this.timing = timing;
    this.firstAttempt = new Promise((resolve) => {
      this.markAttempted = resolve;
    });
    this.loop = new Loop({
      name: 'polling-lock',
      interval: timing.interval,
      jitter: 0.1,
      run: () => this.attempt(),
      onError,
      ...(loops && { registry: loops }),
    });
  }

  /** Told when another replica, or PostgreSQL, left polling to this one; not of the first attempt. */
  onGain(listener: (source: string) => void): void {
    this.gained.push(listener);
  }

  /** Resolves after the first attempt, which takes seconds at most. */
  async pollerOf(source: string): Promise<Poller> {
    await this.firstAttempt;
    if (this.held.has(source)) return 'this';
    return this.session === undefined ? 'each' : 'another';
  }

  start(): void {
    if (this.sources.length > 0) this.loop.start();
    else this.markAttempted();
  }

  /** Lets go of all. */
  async stop(): Promise<void> {
    this.markAttempted();
    await this.loop.stop();
    await this.drop();
  }

  private async attempt(): Promise<void> {
    try {
      const session = this.session ?? (await this.open());
      const won = await answerWithin(this.lock(session), CHECK_TIMEOUT_MS);
      for (const source of won) this.held.add(source);
      if (this.hasAttempted) won.forEach((source) => this.gained.forEach((tell) => tell(source)));
      else await answerWithin(this.database.firstConnection, SCHEMA_TIMEOUT_MS).catch(() => {});
    } catch (error) {
      await this.drop();
      throw error;
    } finally {
      this.hasAttempted = true;
      this.markAttempted();
    }
  }

  private async open(): Promise<Client> {
    const session = await this.database.dedicatedClient();
    session.on('end', () => {
      if (this.session === session) {
        this.forget();
        this.loop.wake();
      }
    });
    this.session = session;
    const { idleTimeout } = this.timing;
    await answerWithin(
      session.query(`set idle_session_timeout = ${idleTimeout}`),
      CHECK_TIMEOUT_MS,
    );
    return session;
  }

  /** @returns those got just now. A session may get a lock twice, so what is held is not asked for. */
  private async lock(session: Client): Promise<readonly string[]> {
    const wanted = this.sources.filter((source) => !this.held.has(source));
    const { rows } = await session.query<{ source: string }>(
      `select source from unnest($1::text[], $2::bigint[]) as wanted (source, key)
       where pg_try_advisory_lock(key)`,
      [wanted, wanted.map(lockKey)],
    );
    return rows.map((row) => row.source);
  }

  private async drop(): Promise<void> {
    const { session } = this;
    this.forget();
    // A black-holed connection never confirms its end.
    await answerWithin(session?.end() ?? Promise.resolve(), CHECK_TIMEOUT_MS).catch(() => {});
  }

  private forget(): void {
    this.session = undefined;
    this.held.clear();
  }
}

function lockKey(source: string): string {
  return createHash('sha256')
    .update(`audience-sync polls ${source}`)
    .digest()
    .readBigInt64BE()
    .toString();
}
