import type { Client } from 'pg';
import { Loop, type LoopRegistry } from '../loop.js';
import { answerWithin } from './answer-within.js';
import type { Database } from './database.js';

/** A connection that went silent (a black hole in the network) is found by asking it this often. */
const CHECK_INTERVAL_MS = 5_000;
const CHECK_TIMEOUT_MS = 3_000;

/**
 * PostgreSQL's NOTIFY, on one connection of its own. Only ever a hint that makes work start earlier:
 * whoever listens also polls, since a notification can be lost with the connection.
 */
export class Notifications {
  private readonly listeners = new Map<string, () => void>();
  private client: Client | undefined;
  private readonly loop: Loop;

  constructor(
    private readonly database: Database,
    onError: (error: unknown) => void,
    loops?: LoopRegistry,
  ) {
    this.loop = new Loop({
      name: 'notifications',
      interval: CHECK_INTERVAL_MS,
      run: () => this.check(),
      onError,
      ...(loops && { registry: loops }),
    });
  }

  /** Before start(). The listener is also called after each (re)connection, for what was missed. */
  on(channel: string, listener: () => void): void {
    this.listeners.set(channel, listener);
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
    await this.drop();
  }

  private async check(): Promise<void> {
    if (this.client === undefined) {
      await this.connect();
      return;
    }
    try {
      await answerWithin(this.client.query('select 1'), CHECK_TIMEOUT_MS);
    } catch (error) {
      await this.drop();
      this.loop.wake();
      throw error;
    }
  }

  private async connect(): Promise<void> {
    const client = await this.database.dedicatedClient();
    client.on('notification', ({ channel }) => this.listeners.get(channel)?.());
    client.on('end', () => {
      if (this.client === client) {
        this.client = undefined;
        this.loop.wake();
      }
    });
    this.client = client;
    try {
      for (const [channel, listener] of this.listeners) {
        await client.query(`listen ${client.escapeIdentifier(channel)}`);
        listener();
      }
    } catch (error) {
      // Half of the channels heard would look like all of them.
      await this.drop();
      throw error;
    }
  }

  private async drop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A black-holed connection never confirms its end.
    await answerWithin(client?.end() ?? Promise.resolve(), CHECK_TIMEOUT_MS).catch(() => {});
  }
}
