import type { ChangedSender } from './changed-sender.js';
import type { DeliveryTotals } from './delivery-totals.js';
import type { EvaluatedSender } from './evaluated-sender.js';

/** One kind of events on its way to Segment. */
export interface EventsState {
  /** Waiting, or under way; undefined: not known yet. */
  readonly queued: number | undefined;
  readonly totals: DeliveryTotals;
}

/** Both kinds of events; undefined: that kind is not sent. */
export class SegmentEvents {
  constructor(
    private readonly evaluatedSender: EvaluatedSender | undefined,
    private readonly changedSender: ChangedSender | undefined,
  ) {}

  get evaluated(): EventsState | undefined {
    const sender = this.evaluatedSender;
    return sender && { queued: sender.queued, totals: sender.totals };
  }

  get changed(): EventsState | undefined {
    const sender = this.changedSender;
    return sender && { queued: sender.waiting, totals: sender.totals };
  }

  /** Evaluations are sent without PostgreSQL. */
  startEvaluated(): void {
    this.evaluatedSender?.start();
  }

  startChanged(): void {
    this.changedSender?.start();
  }

  /** A change may have been written. */
  wake(): void {
    this.changedSender?.wake();
  }

  /** Takes five seconds at most. */
  async stop(): Promise<void> {
    await Promise.all([this.evaluatedSender?.stop(), this.changedSender?.stop()]);
  }
}
