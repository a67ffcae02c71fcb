import type { Database } from '../database/database.js';
import { Loop, type LoopRegistry } from '../loop.js';
import { TOUCH } from './audience.sql.js';

/** One hot row a flush would line up all writers; so the time of the last event is written apart from them. */
const WRITE_INTERVAL_MS = 5_000;

/** Notes when each audience got its last event. What a kill loses is at most one interval of that. */
export class AudienceActivity {
  private seen = new Map<number, number>();
  private readonly loop: Loop;

  constructor(
    private readonly database: Database,
    onError: (error: unknown) => void,
    loops?: LoopRegistry,
  ) {
    this.loop = new Loop({
      name: 'audience-activity',
      interval: WRITE_INTERVAL_MS,
      run: () => this.write(),
      onError,
      ...(loops && { registry: loops }),
    });
  }

  /** `at`: milliseconds since 1970. */
  saw(audienceIds: ReadonlySet<number>, at: number): void {
    // An event that is replayed keeps the time of its arrival.
    for (const id of audienceIds) this.seen.set(id, Math.max(at, this.seen.get(id) ?? 0));
  }

  start(): void {
    this.loop.start();
  }

  /** Writes what is still unwritten. */
  async stop(): Promise<void> {
    await this.loop.stop();
    if (this.database.isConnected) {
      await this.write().catch(() => {});
    }
  }

  private async write(): Promise<void> {
    const { seen } = this;
    if (seen.size === 0) {
      return;
    }
    this.seen = new Map();
    try {
      await this.database.queryPromptly({ name: 'touch', text: TOUCH }, [
        [...seen.keys()],
        [...seen.values()],
      ]);
    } catch (error) {
      for (const [id, at] of seen) this.seen.set(id, Math.max(at, this.seen.get(id) ?? 0));
      throw error;
    }
  }
}
