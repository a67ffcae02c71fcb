/** What Node's timers can wait, 24.8 days: asked for more they wait one millisecond. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A time in milliseconds as a timer takes it. */
export function timerMs(milliseconds: number): number {
  return Math.min(milliseconds, LONGEST_TIMER_MS);
}
