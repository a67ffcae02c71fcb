import type { MembershipEvent, MembershipStore } from '../audiences/membership-store.js';
import { Buckets } from '../observability/buckets.js';
import { NO_DEADLINE, type Deadline } from './deadline.js';
import { DeadlineError, QueueFullError } from './engage.errors.js';
import { outcomesOfAll, type FlushOutcome } from './flush-outcome.js';
import { flush, type Flushed } from './flush.js';
import { keepNewest } from './keep-newest.js';
import { Submission, type SubmissionPart } from './submission.js';

/**
 * Two flushes at a time keep PostgreSQL busy while the next one is being collected; more only make
 * them smaller (measured: no gain in rows a second, a longer wait for the numbering lock).
 */
const MAX_IN_FLIGHT = 2;
/** What a row costs in memory and on the wire besides its key. */
const ROW_BYTES = 64;
const FLUSH_ROWS = [1, 5, 10, 50, 100, 250, 500, 1_000, 2_000, 5_000];
const FLUSH_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

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
  /** Those with events that are in no flush, oldest first. */
  private readonly pending: Submission[] = [];
  private readonly running = new Set<Promise<void>>();
  private queuedRows = 0;
  private queuedBytes = 0;
  private pendingRows = 0;
  private pendingBytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: MembershipStore,
    private readonly settings: FlushQueueSettings,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Resolves when all events are durable, with the outcome of each; of one member only the newest
   * counts, in however many flushes they would go. Rejects with what PostgreSQL said when some could
   * not be written; others may have been then, and repeating all does no harm. When the deadline
   * passes before the first of them is in a flush, none is written.
   * @throws QueueFullError, DeadlineError
   */
  async submit(
    events: readonly MembershipEvent[],
    deadline: Deadline = NO_DEADLINE,
  ): Promise<readonly FlushOutcome[]> {
    const newest = keepNewest(events);
    // What took so long before it came here would do so again: it is written now, or perhaps never.
    const patience = deadline.hasPassed ? NO_DEADLINE : deadline;
    const outcomes = await this.enqueue(newest.kept, patience);
    return outcomesOfAll(events, newest, outcomes);
  }

  private enqueue(events: readonly MembershipEvent[], deadline: Deadline): Promise<FlushOutcome[]> {
    const bytes = sizeOf(events);
    this.refuseTooMuch(events.length, bytes);
    if (events.length === 0) {
      return Promise.resolve([]);
    }
    return new Promise((resolve, reject) => {
      const since = this.now();
      this.pending.push(new Submission(events, { since, deadline }, { resolve, reject }));
      this.pendingRows += events.length;
      this.pendingBytes += bytes;
      this.queuedRows += events.length;
      this.queuedBytes += bytes;
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
    if (this.isTooMuch(rows, bytes)) this.dropAbandoned();
    if (!this.isTooMuch(rows, bytes)) return;
    throw new QueueFullError('As many events as may wait to be written do; send this again.');
  }

  /** A request that is larger than the queue is taken when nothing else waits: else it never was. */
  private isTooMuch(rows: number, bytes: number): boolean {
    const { queue } = this.settings;
    const isOver = this.queuedRows + rows > queue.rows || this.queuedBytes + bytes > queue.bytes;
    return isOver && this.queuedRows > 0;
  }

  /**
   * Nobody waits for these any more: their senders were answered 503, and repeat them. What has
   * begun goes on, or a request that takes longer than its deadline would never get to its end.
   * Deadlines pass in the order of the queue, or nearly; a look at all of it would cost more than
   * what it misses.
   */
  private dropAbandoned(): void {
    const start = this.pending[0]?.hasBegun === true ? 1 : 0;
    let end = start;
    while (this.pending[end]?.isAbandoned === true) end += 1;
    const abandoned = this.pending.splice(start, end - start);
    for (const submission of abandoned) {
      const events = [...submission.waiting()];
      const bytes = sizeOf(events);
      this.pendingRows -= events.length;
      this.pendingBytes -= bytes;
      this.queuedRows -= events.length;
      this.queuedBytes -= bytes;
      submission.end.reject(tooLate());
    }
  }

  private startFlushes(atOnce = false): void {
    clearTimeout(this.timer);
    while (this.running.size < MAX_IN_FLIGHT) {
      this.dropAbandoned();
      if (this.pending.length === 0) return;
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
    if (this.pendingRows >= rows || this.pendingBytes >= bytes) {
      return 0;
    }
    return Math.max(0, oldest.since + delay - this.now());
  }

  private take(): Batch {
    const { rows, bytes } = this.settings.flush;
    const events: MembershipEvent[] = [];
    const parts: SubmissionPart[] = [];
    let size = 0;
    for (const oldest of this.pending) {
      let count = 0;
      for (const event of oldest.waiting()) {
        if (events.length === rows || size >= bytes) break;
        events.push(event);
        size += sizeOfOne(event);
        count += 1;
      }
      parts.push(oldest.take(count));
      if (!oldest.isTaken) break;
    }
    this.pending.splice(0, parts.filter(({ submission }) => submission.isTaken).length);
    this.pendingRows -= events.length;
    this.pendingBytes -= size;
    return { events, parts, size };
  }

  private startFlush(batch: Batch): void {
    const flushing = this.flush(batch).finally(() => {
      this.running.delete(flushing);
      this.startFlushes();
    });
    this.running.add(flushing);
  }

  private async flush({ events, parts, size }: Batch): Promise<void> {
    const start = this.now();
    this.flushRows.observe(events.length);
    const flushed = await flush(this.store, events);
    this.flushSeconds.observe((this.now() - start) / 1_000);
    settle(parts, flushed);
    this.queuedRows -= events.length;
    this.queuedBytes -= size;
  }
}

/** What goes out in one flush. */
interface Batch {
  /** Those of all parts, one after the other. */
  readonly events: readonly MembershipEvent[];
  readonly parts: readonly SubmissionPart[];
  readonly size: number;
}

function tooLate(): DeadlineError {
  return new DeadlineError('Nobody waits for these events any more, so they were not written.');
}

function settle(parts: readonly SubmissionPart[], flushed: Flushed): void {
  let from = 0;
  for (const part of parts) {
    part.submission.settle(part, flushed, from);
    from += part.count;
  }
}

function sizeOf(events: readonly MembershipEvent[]): number {
  let bytes = 0;
  for (const event of events) bytes += sizeOfOne(event);
  return bytes;
}

function sizeOfOne(event: MembershipEvent): number {
  return ROW_BYTES + event.memberKey.length;
}
