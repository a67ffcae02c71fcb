import { Loop, type LoopRegistry } from '../loop.js';
import type { Database } from './database.js';
import type { Notifications } from './notifications.js';

const POLL_INTERVAL_MS = 1_000;

export const REVISION_CHANNEL = 'audience_sync_revision';

/** In the transaction of every write to a segment, an audience or a base config. */
export const RAISE_REVISION = `
  with raised as (update instance set revision = revision + 1 returning revision)
  select pg_notify('${REVISION_CHANNEL}', revision::text) from raised`;

/**
 * Notices that definitions (segments, audiences, base configs) changed anywhere, within milliseconds
 * by a notification and within a second without.
 */
export class Revision {
  private readonly listeners: Array<() => Promise<void>> = [];
  private seen: string | undefined;
  private readonly loop: Loop;

  constructor(
    private readonly database: Database,
    notifications: Notifications,
    onError: (error: unknown) => void,
    loops?: LoopRegistry,
  ) {
    this.loop = new Loop({
      name: 'revision',
      interval: POLL_INTERVAL_MS,
      run: () => this.poll(),
      onError,
      ...(loops && { registry: loops }),
    });
    notifications.on(REVISION_CHANNEL, () => this.loop.wake());
  }

  /** Called once after start() and after every change; a listener that throws is called again. Before start(). */
  onChange(listener: () => Promise<void>): void {
    this.listeners.push(listener);
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async poll(): Promise<void> {
    const [row] = await this.database.queryPromptly<{ revision: string; epoch: string }>({
      name: 'read_revision',
      text: 'select revision, epoch from instance',
    });
    const revision = `${row?.epoch ?? ''}:${row?.revision ?? ''}`;
    if (revision === this.seen) {
      return;
    }
    for (const listener of this.listeners) {
      await listener();
    }
    this.seen = revision;
  }
}
