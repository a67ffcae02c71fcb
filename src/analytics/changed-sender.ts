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
  /** Segment answers again. */
  readonly onBack?: () => void;
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
    const { drain } = this.parts;
    this.wait = INTERVAL_MS;
    this.waiting = await drain.count();
    while (!this.isStopping && this.waiting > 0) {
      const changes = await drain.claim(BATCH, this.lease);
      if (changes.length === 0 || !(await this.send(changes))) return;
    }
  }

  /**
   * Together, and where Segment refuses that, each alone: one that it refuses must not cost those
   * beside it. @returns whether Segment answered for good
   */
  private async send(changes: readonly ClaimedChange[]): Promise<boolean> {
    const { client, drain } = this.parts;
    let rest = changes;
    let size = changes.length;
    while (rest.length > 0) {
      const now = rest.slice(0, size);
      for (const change of now) client.add(trackEvent(change));
      const delivery = await client.send();
      if (delivery.kind === 'refused' && now.length > 1) {
        size = 1;
      } else {
        await this.settle(delivery, now);
        if (delivery.kind === 'failed') {
          await this.giveBack(rest, delivery);
          return false;
        }
        rest = rest.slice(now.length);
      }
      if (rest.length === 0) break;
      // Each request gets the whole lease.
      await drain.postpone(idsOf(rest), this.isStopping ? 0 : this.lease);
      if (this.isStopping) return false;
    }
    return true;
  }

  private async settle(delivery: Delivery, changes: readonly ClaimedChange[]): Promise<void> {
    if (this.totals.note(delivery, changes.length)) this.parts.onBack?.();
    if (delivery.kind === 'failed') return;
    this.backoff.reset();
    const [change] = changes;
    if (delivery.kind === 'refused' && change !== undefined) {
      const { scope, subject, event } = change;
      const named = `the change of ${subject} in '${scope}' (${event.messageId})`;
      this.parts.onError(new Error(`${delivery.reason} to ${named}, which is not sent again`));
    }
    await this.parts.drain.remove(idsOf(changes));
    this.waiting = Math.max(0, (this.waiting ?? 0) - changes.length);
  }

  private async giveBack(
    changes: readonly ClaimedChange[],
    { reason, retryAfter }: Extract<Delivery, { kind: 'failed' }>,
  ): Promise<void> {
    this.wait = this.isStopping ? 0 : this.backoff.next(retryAfter);
    const seconds = Math.ceil(this.wait / 1_000);
    this.parts.onError(
      new Error(`${reason}; ${this.waiting ?? 0} wait, and are tried again in ${seconds} s`),
    );
    await this.parts.drain.postpone(idsOf(changes), this.wait);
  }

  private get lease(): number {
    return this.parts.lease ?? LEASE_MS;
  }
}

function idsOf(changes: readonly ClaimedChange[]): string[] {
  return changes.map(({ id }) => id);
}

function trackEvent({ event, at }: ClaimedChange): TrackEvent {
  return { event: 'Feature Flag Changed', at, ...event };
}
