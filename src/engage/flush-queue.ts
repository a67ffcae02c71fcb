import type { MembershipEvent, MembershipStore } from '../audiences/membership-store.js';
import { AudienceSyncError } from '../error.js';
import { Buckets } from '../observability/buckets.js';
import { flush, type FlushOutcome, type PendingEvent } from './flush.js';

/**
 * Two flushes at a time keep PostgreSQL busy while the next one is being collected; more only make
 * them smaller (measured: no gain in rows a second, a longer wait for the numbering lock).
 */
const MAX_IN_FLIGHT = 2;
/** What a row costs in memory and on the wire besides its key. */
const ROW_BYTES = 64;
const FLUSH_ROWS = [1, 5, 10, 50, 100, 250, 500, 1_000, 2_000, 5_000];
const FLUSH_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export class QueueFullError extends AudienceSyncError {
  readonly code = 'queue_full';
}

export interface FlushQueueSettings {
  /** A flush starts with this many rows, this many bytes, or when its oldest row waited `delay` milliseconds. */
  readonly flush: { readonly rows: number; readonly bytes: number; readonly delay: number };
  /** What may wait or be under way. */
  readonly queue: { readonly rows: number; readonly bytes: number };
}

/**
 * Collects the events of concurrent requests into shared flushes. A lone event does not wait; under
 * load rows gather while the flushes before them are under way.
 */
export class FlushQueue {
  /** How large flushes were, and how long they took, with those that failed. */
  readonly flushRows = new Buckets(FLUSH_ROWS);
  readonly flushSeconds = new Buckets(FLUSH_SECONDS);
  private readonly pending: QueuedEvent[] = [];
  private readonly running = new Set<Promise<void>>();
  private queuedRows = 0;
  private queuedBytes = 0;
  private pendingBytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: MembershipStore,
    private readonly settings: FlushQueueSettings,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Resolves when all events are durable, with the outcome of each. Rejects with what PostgreSQL
   * said when some could not be written; others may have been then, and repeating all does no harm.
   * @throws QueueFullError
   */
  submit(events: readonly MembershipEvent[]): Promise<FlushOutcome[]> {
    const bytes = events.reduce((sum, event) => sum + ROW_BYTES + event.memberKey.length, 0);
    this.refuseTooMuch(events.length, bytes);
    if (events.length === 0) {
      return Promise.resolve([]);
    }
    return new Promise((resolve, reject) => {
      const submission = new Submission(events.length, this.now(), { resolve, reject });
      for (const [index, event] of events.entries()) {
        this.enqueue(new QueuedEvent(event, submission, index));
      }
      this.startFlushes();
    });
  }

  /** What waits or is under way. */
  get queued(): { readonly rows: number; readonly bytes: number } {
    return { rows: this.queuedRows, bytes: this.queuedBytes };
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    while (this.running.size > 0 || this.pending.length > 0) {
      this.startFlushes(true);
      await Promise.all(this.running);
    }
  }

  private refuseTooMuch(rows: number, bytes: number): void {
    const { queue } = this.settings;
    // A request that is larger than the queue is taken when nothing else waits: else it never was.
    const tooMuch = this.queuedRows + rows > queue.rows || this.queuedBytes + bytes > queue.bytes;
    if (tooMuch && this.queuedRows > 0) {
      throw new QueueFullError(
        `${this.queuedRows} events wait to be written already; send this request again.`,
      );
    }
  }

  private enqueue(event: QueuedEvent): void {
    const bytes = sizeOf(event);
    this.pending.push(event);
    this.pendingBytes += bytes;
    this.queuedRows += 1;
    this.queuedBytes += bytes;
  }

  private startFlushes(atOnce = false): void {
    clearTimeout(this.timer);
    while (this.running.size < MAX_IN_FLIGHT && this.pending.length > 0) {
      const wait = atOnce ? 0 : this.millisecondsToWait();
      if (wait > 0) {
        this.timer = setTimeout(() => this.startFlushes(), wait);
        return;
      }
      this.startFlush(this.take());
    }
  }

  private millisecondsToWait(): number {
    const { rows, bytes, delay } = this.settings.flush;
    const [oldest] = this.pending;
    if (this.running.size === 0 || oldest === undefined) {
      return 0;
    }
    if (this.pending.length >= rows || this.pendingBytes >= bytes) {
      return 0;
    }
    return Math.max(0, oldest.submission.since + delay - this.now());
  }

  private take(): QueuedEvent[] {
    const { rows, bytes } = this.settings.flush;
    let size = 0;
    let count = 0;
    while (count < Math.min(rows, this.pending.length) && (count === 0 || size < bytes)) {
      const event = this.pending[count];
      size += event === undefined ? 0 : sizeOf(event);
      count += 1;
    }
    this.pendingBytes -= size;
    return this.pending.splice(0, count);
  }

  private startFlush(events: readonly QueuedEvent[]): void {
    const start = this.now();
    this.flushRows.observe(events.length);
    const flushed = flush(this.store, events)
      .catch((error: unknown) => events.forEach((event) => event.fail(error)))
      .finally(() => {
        this.flushSeconds.observe((this.now() - start) / 1_000);
        this.queuedRows -= events.length;
        this.queuedBytes -= events.reduce((sum, event) => sum + sizeOf(event), 0);
        this.running.delete(flushed);
        this.startFlushes();
      });
    this.running.add(flushed);
  }
}

/** The events of one request, until all of them have their outcome. */
class Submission {
  private readonly outcomes: FlushOutcome[];
  private open: number;

  constructor(
    count: number,
    /** When it was queued, on the queue's clock. */
    readonly since: number,
    private readonly end: {
      readonly resolve: (outcomes: FlushOutcome[]) => void;
      readonly reject: (error: unknown) => void;
    },
  ) {
    this.outcomes = Array.from({ length: count });
    this.open = count;
  }

  settle(index: number, outcome: FlushOutcome): void {
    this.outcomes[index] = outcome;
    this.open -= 1;
    if (this.open === 0) this.end.resolve(this.outcomes);
  }

  fail(error: unknown): void {
    this.end.reject(error);
  }
}

/** A class, and not an object with closures: a first sync makes 100,000 a second. */
class QueuedEvent implements PendingEvent {
  readonly audienceId: number;
  readonly memberKey: string;
  readonly isMember: boolean;
  readonly eventAt: number;

  constructor(
    event: MembershipEvent,
    readonly submission: Submission,
    private readonly index: number,
  ) {
    this.audienceId = event.audienceId;
    this.memberKey = event.memberKey;
    this.isMember = event.isMember;
    this.eventAt = event.eventAt;
  }

  settle(outcome: FlushOutcome): void {
    this.submission.settle(this.index, outcome);
  }

  fail(error: unknown): void {
    this.submission.fail(error);
  }
}

function sizeOf(event: MembershipEvent): number {
  return ROW_BYTES + event.memberKey.length;
}
