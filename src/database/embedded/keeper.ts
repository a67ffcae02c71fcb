import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { findOrLaunch, type HeldServer, type Log } from './find-or-launch.js';
import { stopServer } from './stop-server.js';

/** The wait before another attempt; it doubles while attempts fail, or the server dies young. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** Older than this, a server did not die of how it starts. */
const GROWN_UP_MS = 60_000;

/**
 * Keeps hold of a cluster's server for as long as this process uses it, and starts it again where it
 * dies: with the same data and on the same port, for that is where everyone connects to.
 */
export class Keeper {
  private readonly abort = new AbortController();
  private reviving: Promise<void> = Promise.resolve();
  private bornAt = performance.now();
  private pause = FIRST_PAUSE_MS;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly cluster: Cluster,
    private server: HeldServer,
    private readonly log: Log,
  ) {
    this.watch();
  }

  /** The process number of the server. */
  get pid(): number {
    return this.server.pid;
  }

  /** Ends our use of the server; see `EmbeddedPostgres`. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    this.abort.abort();
    await this.reviving;
    await stopServer(this.cluster, this.server.hold, this.log);
  }

  private watch(): void {
    const { hold } = this.server;
    hold.onLost(() => {
      if (!this.abort.signal.aborted) this.reviving = this.revive();
    });
  }

  private async revive(): Promise<void> {
    const { paths } = this.cluster;
    this.log(`PostgreSQL in ${paths.cluster} (pid ${this.server.pid}) went away`);
    if (performance.now() - this.bornAt > GROWN_UP_MS) this.pause = FIRST_PAUSE_MS;
    const { signal } = this.abort;
    while (!signal.aborted) {
      await delay(this.pause, undefined, { signal }).catch(() => {});
      this.pause = Math.min(LONGEST_PAUSE_MS, this.pause * 2);
      try {
        await this.take(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.log(`${reason}; the next attempt follows in ${this.pause / 1_000} s`);
      }
    }
  }

  private async take(signal: AbortSignal): Promise<void> {
    const { port } = this.server;
    const server = await findOrLaunch(this.cluster, this.log, { port, signal });
    if (server.port !== port) {
      await server.hold.release();
      throw new EmbeddedPostgresError(
        'start_failed',
        `Another instance started PostgreSQL in ${this.cluster.paths.cluster} on port ` +
          `${server.port}, and this one knows it on port ${port}: start this one again`,
      );
    }
    this.server = server;
    this.bornAt = performance.now();
    this.watch();
    this.log(`PostgreSQL is back (pid ${server.pid}, port ${port})`);
  }
}
