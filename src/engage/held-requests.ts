import type { IncomingMessage } from 'node:http';
import { ByteBound } from './byte-bound.js';
import { beforeDeadline, type Deadline } from './deadline.js';
import { DeadlineError, QueueFullError } from './engage.errors.js';
import { Hold } from './hold.js';
import { readBody } from './read-body.js';

/** However little may wait, a body of the largest size can be read beside another one. */
const LARGEST_BODIES = 2;
/** Of all that may be held, what callers may who have shown nothing yet: the others go on beside them. */
const UNKNOWN_SHARE = 1 / 4;
/** A refusal is told for so long: whoever looks at `/status` looks now and then. */
const RECENT_MS = 10_000;

export interface HeldRequestsSettings {
  /** Bytes of one body, inflated. */
  readonly maxBodySize: number;
  /** Bytes of all bodies that are read or worked on. */
  readonly bytes: number;
}

/** `known`: showed a credential of ours before its body was read. */
export type Caller = 'known' | 'unknown';

export interface HeldBody {
  /** Inflated; empty where there was none. */
  readonly bytes: Buffer;
  /** The caller is known now, by what stands in the body. */
  readonly prove: () => void;
}

/**
 * Reads requests and sees to it that they are answered in time, and that what they hold in memory is
 * bounded: from a body's first byte to the end of the work on it, which may be after the answer.
 */
export class HeldRequests {
  private readonly all: ByteBound;
  private readonly unknown: ByteBound;
  private underWay = 0;
  private refusedAt: number | undefined;

  constructor(
    private readonly settings: HeldRequestsSettings,
    /** Told why work failed that was answered 503 before. */
    private readonly onLateError: (error: unknown) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    const { maxBodySize } = settings;
    const bytes = Math.max(settings.bytes, LARGEST_BODIES * maxBodySize);
    this.all = new ByteBound(bytes);
    this.unknown = new ByteBound(Math.max(bytes * UNKNOWN_SHARE, maxBodySize));
  }

  /** What is read or worked on. */
  get held(): { readonly count: number; readonly bytes: number } {
    return { count: this.underWay, bytes: this.all.taken };
  }

  /** Whether some request was answered lately that it should come again: for want of room or time. */
  get hasRefusedLately(): boolean {
    return this.refusedAt !== undefined && this.now() - this.refusedAt < RECENT_MS;
  }

  /**
   * What the work on a request's body resolves to.
   * @throws BodyError, QueueFullError, DeadlineError, or what the work rejects with
   */
  async take<T>(
    request: IncomingMessage,
    caller: Caller,
    work: (body: HeldBody, deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const hold = new Hold(caller === 'known' ? [this.all] : [this.all, this.unknown]);
    this.underWay += 1;
    const end = (): void => {
      hold.release();
      this.underWay -= 1;
    };
    try {
      const bytes = await this.read(request, hold, end);
      const body = { bytes, prove: () => hold.leave(this.unknown) };
      return await beforeDeadline(async (deadline) => {
        try {
          return await work(body, deadline);
        } finally {
          end();
        }
      }, this.onLateError);
    } catch (error) {
      const isRefusal = error instanceof QueueFullError || error instanceof DeadlineError;
      if (isRefusal) this.refusedAt = this.now();
      throw error;
    }
  }

  private async read(request: IncomingMessage, hold: Hold, end: () => void): Promise<Buffer> {
    try {
      return await readBody(request, { limit: this.settings.maxBodySize, hold });
    } catch (error) {
      end();
      throw error;
    }
  }
}
