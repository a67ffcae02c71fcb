/** Milliseconds of one slice: well below the 20 ms that no slice may take, since a step may be long. */
const SLICE_MS = 10;

/** Work that stops after each small step, where others may have their turn. */
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
  private works: SlicedWork[] = [];
  private turn: NodeJS.Immediate | undefined;

  constructor({ slice = SLICE_MS, now = () => performance.now() }: TimeSlicesSettings = {}) {
    this.slice = slice;
    this.now = now;
  }

  /** Starts at once when this turn has had no slice yet, so that short work is not put off. */
  start(work: SlicedWork): void {
    this.works.push(work);
    if (this.turn === undefined) this.takeSlice();
  }

  /** Starts in a later turn. */
  startLater(work: SlicedWork): void {
    this.works.push(work);
    this.turn ??= setImmediate(() => this.takeSlice());
  }

  /** What was not done yet never will be. */
  stop(): void {
    this.works = [];
    clearImmediate(this.turn);
    this.turn = undefined;
  }

  /** The works take turns, step by step, so that short work does not wait for long. */
  private takeSlice(): void {
    const end = this.now() + this.slice;
    // Also when all is done: it tells the next start() that this turn had its slice.
    this.turn = setImmediate(() => this.goOn());
    while (this.works.length > 0) {
      this.works = this.works.filter((work) => work.next().done !== true);
      if (this.now() >= end) return;
    }
  }

  private goOn(): void {
    this.turn = undefined;
    if (this.works.length > 0) this.takeSlice();
  }
}
