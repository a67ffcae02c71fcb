import { isConflict } from './sql-state.js';

/** How often work that lost a race is done, where nobody says so, and up to how many milliseconds apart. */
const MAX_ATTEMPTS = 5;
const MAX_PAUSE_MS = 100;

/**
 * Repeats a statement or a whole transaction that another one was in the way of. Rejects with any
 * other error at once, and with the conflict after the last attempt.
 */
export async function repeatOnConflict<Result>(
  /** `attempt`: from 1. */
  work: (attempt: number) => Promise<Result>,
  random: () => number = Math.random,
  maxAttempts = MAX_ATTEMPTS,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!isConflict(error) || attempt === maxAttempts) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, random() * MAX_PAUSE_MS));
    }
  }
}
