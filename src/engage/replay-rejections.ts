import { RejectedEvents, type RejectedBatch } from './rejected-events.js';

/** Takes note of events that are rejected again, and keeps none of them: they are kept already. */
export class ReplayRejections extends RejectedEvents {
  private readonly events = new Set<unknown>();

  override keep({ rejections }: RejectedBatch): Promise<void> {
    for (const { event } of rejections) this.events.add(event);
    return Promise.resolve();
  }

  /** The very event; of a text or a number any that is the same, which means the same, too. */
  has(event: unknown): boolean {
    return this.events.has(event);
  }
}
