import type { Database } from '../database/database.js';
import { Loop, type LoopRegistry } from '../loop.js';
import { NUMBERING_LOCK, READ_NUMBERING_HOLDER } from './numbering.sql.js';

const INTERVAL_MS = 2_000;
/** A flush holds the lock for milliseconds; what an erasure does under it ends within seconds. */
const LONG_SECONDS = 1;

/** A session of PostgreSQL that holds the numbering lock. */
export interface NumberingHolder {
  readonly pid: number;
  /** As the session calls itself. */
  readonly application: string;
  /** As pg_stat_activity has it, such as `idle in transaction`. */
  readonly state: string;
  /** How long its transaction has lasted, or, outside of one, its session. */
  readonly seconds: number;
  /** How many sessions wait for it. */
  readonly waiting: number;
}

/** Sees who holds all writers up. Every replica's flushes need the one lock under which changes are numbered. */
export class NumberingWatch {
  private current: NumberingHolder | undefined;
  private readonly loop: Loop;

  constructor(
    private readonly database: Database,
    private readonly report: {
      readonly warn: (message: string) => void;
      readonly onError: (error: unknown) => void;
      readonly loops?: LoopRegistry;
    },
  ) {
    this.loop = new Loop({
      name: 'numbering-watch',
      interval: INTERVAL_MS,
      run: () => this.look(),
      onError: report.onError,
      ...(report.loops && { registry: report.loops }),
    });
  }

  /** Who has held the lock for more than a second, when it was last looked at. */
  get holder(): NumberingHolder | undefined {
    return this.current;
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async look(): Promise<void> {
    const [row] = await this.database.queryPromptly<NumberingHolder>(
      { name: 'read_numbering_holder', text: READ_NUMBERING_HOLDER },
      [NUMBERING_LOCK],
    );
    const holder = row !== undefined && row.seconds > LONG_SECONDS ? row : undefined;
    if (holder !== undefined && holder.pid !== this.current?.pid)
      this.report.warn(wordsFor(holder));
    this.current = holder;
  }
}

function wordsFor({ pid, application, state, seconds, waiting }: NumberingHolder): string {
  return (
    `The numbering lock is held by PostgreSQL's process ${pid} ('${application}', ${state}) for ` +
    `${seconds.toFixed(1)} s; ${waiting} wait. No event is stored meanwhile. What this service ` +
    `does ends by itself; anybody else's session ends by "select pg_terminate_backend(${pid})".`
  );
}
