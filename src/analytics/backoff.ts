const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** Whoever asks to wait longer is asked again: an hour of a mistake would be an hour without events. */
const LONGEST_ASKED_MS = 300_000;

/** How long to wait after failures in a row. */
export class Backoff {
  #failures = 0;

  constructor(private readonly random: () => number = Math.random) {}

  reset(): void {
    this.#failures = 0;
  }

  /**
   * Milliseconds: a second, two, four, … up to a minute, a half of it at random; at least what was
   * asked for, up to five minutes.
   */
  next(asked = 0): number {
    const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 16);
    const own = most * (0.5 + this.random() / 2);
    return Math.max(own, Math.min(asked, LONGEST_ASKED_MS));
  }
}
