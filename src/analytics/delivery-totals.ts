import type { Delivery } from './tracking-client.js';

/** What became of one kind of events, since the start of this process. */
export class DeliveryTotals {
  /** Segment took them. */
  sent = 0;
  /** There was no room, or no time left at the end. */
  dropped = 0;
  /** Segment will never take them, or would not: one alone was too large. */
  refused = 0;
  /** Milliseconds since 1970; undefined: never. */
  lastSuccess: number | undefined;
  lastError: { readonly at: number; readonly reason: string } | undefined;

  /** Whether Segment did not answer the last request for good. */
  isFailing = false;

  /** @returns whether Segment answers again, after it did not. */
  note(delivery: Delivery, count: number, now: number = Date.now()): boolean {
    const isBack = this.isFailing && delivery.kind !== 'failed';
    this.isFailing = delivery.kind === 'failed';
    if (delivery.kind === 'sent') {
      this.sent += count;
      this.lastSuccess = now;
    } else {
      if (delivery.kind === 'refused') this.refused += count;
      this.lastError = { at: now, reason: delivery.reason };
    }
    return isBack;
  }
}
