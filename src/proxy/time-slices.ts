/**
 * Milliseconds of one slice. No slice may hold the event loop for 20 ms, and a garbage collection or
 * the turn of another process on a busy machine takes up to 10 of its own.
 */
const SLICE_MS = 8;

/** Work that stops after each small step, where others may have their turn. Must not throw. */
export type SlicedWork = Iterator<void, void, void>;

export interface TimeSlicesSettings {
  /** Milliseconds of one slice. */
  readonly slice?: number;
  /** Milliseconds since any moment. */
  readonly now?: () => number;
}

/**
 * Does long work in slices of time, one in each turn of the event loop, however much work there is.
 * Slices are bounded by the clock and not by a count: what one step costs depends on flags and users.
 */
export class TimeSlices {
  private readonly slice: number;
  private readonly now: () => number;
  private readonly works: SlicedWork[] = [];
  private turn: NodeJS.Immediate | undefined;

  constructor({ slice = SLICE_MS, now = () => performance.now() }: TimeSlicesSettings = {}) {
    this.slice = slice;
    this.now = now;
  }

  /** Starts at once if this turn had no slice yet, so that short work is not put off. */
  start(work: SlicedWork): void {
    this.works.push(work);
    if (this.turn === undefined) this.takeSlice();
  }

  /** Starts in a later turn: the caller has held this one long enough. */
  startLater(work: SlicedWork): void {
    this.works.push(work);
    this.turn ??= setImmediate(() => this.goOn());
  }

  private goOn(): void {
    this.turn = undefined;
    if (this.works.length > 0) this.takeSlice();
  }

  /** Works take turns, step by step, so that a short one does not wait for a long one. */
  private takeSlice(): void {
    // Also where all gets done: it tells start() that this turn had its slice.
    this.turn = setImmediate(() => this.goOn());
    const end = this.now() + this.slice;
    for (let work = this.works.shift(); work !== undefined; work = this.works.shift()) {
      if (work.next().done !== true) this.works.push(work);
      if (this.now() >= end) return;
    }
  }
}
