const SLOTS = 2 ** 21;
/** Of one bucket: where all are taken, the longest unused one goes. */
const WAYS = 4;
const TICK_MS = 100;

/**
 * Which users were told which outcomes lately, by 64 bits of a keyed hash: two million of them in
 * 25 MB, which is taken as they come. Past that the oldest are forgotten, and told to Segment again;
 * it knows them by their message ids.
 */
export class RecentEvaluations {
  private readonly highs = new Int32Array(SLOTS);
  private readonly lows = new Int32Array(SLOTS);
  /** Tenths of a second since the start; 0: empty. */
  private readonly ticks = new Uint32Array(SLOTS);
  private readonly span: number;
  private readonly start: number;
  /** Where the last one that was asked for stands, or will. */
  private place = 0;

  /** `span`: how long one is recent, in milliseconds. `now`: likewise, of a clock that never goes back. */
  constructor(
    span: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.span = Math.ceil(span / TICK_MS);
    this.start = now();
  }

  /** Whether it was noted within the span; a tenth of a second more counts as within. */
  has(high: number, low: number): boolean {
    const first = (low & (SLOTS / WAYS - 1)) * WAYS;
    const oldestRecent = this.tick() - this.span;
    let oldest = first;
    for (let at = first; at < first + WAYS; at += 1) {
      const tick = this.ticks[at] ?? 0;
      if (tick !== 0 && this.highs[at] === high && this.lows[at] === low) {
        this.place = at;
        return tick >= oldestRecent;
      }
      if (tick < (this.ticks[oldest] ?? 0)) oldest = at;
    }
    this.place = oldest;
    return false;
  }

  /** Notes the one that was asked for last. */
  note(high: number, low: number): void {
    this.highs[this.place] = high;
    this.lows[this.place] = low;
    this.ticks[this.place] = this.tick();
  }

  private tick(): number {
    return Math.floor((this.now() - this.start) / TICK_MS) + 1;
  }
}
