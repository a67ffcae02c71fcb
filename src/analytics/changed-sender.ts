import { Loop, type LoopRegistry } from '../loop.js';
import type { ClaimedChange, OutboxDrain } from '../outbox/outbox-drain.js';
import { Backoff } from './backoff.js';
import { DeliveryTotals } from './delivery-totals.js';
import type { TrackEvent } from './track-event.js';
import type { Delivery, TrackingClient } from './tracking-client.js';

const INTERVAL_MS = 5_000;
/** Each is of 32 KB at most, and Segment takes half a megabyte in a request. */
const BATCH = 14;
/** Longer than a request may take: whoever has some and is killed is followed by another after it. */
const LEASE_MS = 30_000;
const STOP_MS = 5_000;

export interface ChangedSenderParts {
  readonly drain: Pick<OutboxDrain, 'claim' | 'remove' | 'postpone' | 'count'>;
  readonly client: Pick<TrackingClient, 'add' | 'send' | 'close'>;
  readonly onError: (error: unknown) => void;
  readonly loops?: LoopRegistry | undefined;
  /** Milliseconds for which a batch is claimed. */
  readonly lease?: number;
}

/**
 * Sends the changes in the outbox, and takes out what Segment has taken. Whatever kills it, a change
 * is sent again under the same message id.
 */
export class ChangedSender {
  readonly totals = new DeliveryTotals();
  /** How many wait, as of the last look; undefined before the first. */
  waiting: number | undefined;
  private readonly loop: Loop;
  private readonly backoff = new Backoff();
  private wait = INTERVAL_MS;
  private isStopping = false;

  constructor(private readonly parts: ChangedSenderParts) {
    this.loop = new Loop({
      name: 'changed events',
      interval: () => this.wait,
      run: () => this.sendAll(),
      onError: parts.onError,
      ...(parts.loops && { registry: parts.loops }),
    });
  }

  start(): void {
    this.loop.start();
  }

  /** Something may have been written. */
  wake(): void {
    this.loop.wake();
  }

  /** The request that is under way gets five seconds; what is not sent waits for another process. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const timer = setTimeout(() => this.parts.client.close(), STOP_MS);
    await this.loop.stop();
    clearTimeout(timer);
    this.parts.client.close();
  }

  private async sendAll(): Promise<void> {
    const { drain, lease = LEASE_MS } = this.parts;
    this.wait = INTERVAL_MS;
    while (!this.isStopping) {
      const changes = await drain.claim(BATCH, lease);
      if (changes.length === 0) break;
      if (!(await this.send(changes))) break;
    }
    this.waiting = await drain.count();
  }

  /** @returns whether Segment answered for good. */
  private async send(changes: readonly ClaimedChange[]): Promise<boolean> {
    const { client } = this.parts;
    for (const change of changes) client.add(trackEvent(change));
    const delivery = await client.send();
    if (delivery.kind === 'refused' && changes.length > 1) {
      // One that is refused must not cost those beside it.
      for (const change of changes) {
        if (!(await this.send([change]))) return false;
      }
      return true;
    }
    return this.settle(delivery, changes);
  }

  private async settle(delivery: Delivery, changes: readonly ClaimedChange[]): Promise<boolean> {
    const { drain, onError } = this.parts;
    this.totals.note(delivery, changes.length);
    const ids = changes.map(({ id }) => id);
    if (delivery.kind === 'failed') {
      onError(new Error(delivery.reason));
      this.wait = this.isStopping ? 0 : this.backoff.next(delivery.retryAfter);
      await drain.postpone(ids, this.wait);
      return false;
    }
    this.backoff.reset();
    if (delivery.kind === 'refused') {
      onError(new Error(`${delivery.reason} to ${JSON.stringify(changes[0]?.event.properties)}`));
    }
    await drain.remove(ids);
    return true;
  }
}

function trackEvent({ event, at }: ClaimedChange): TrackEvent {
  return { event: 'Feature Flag Changed', at, ...event };
}
