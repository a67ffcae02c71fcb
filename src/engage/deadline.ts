import { DeadlineError } from './engage.errors.js';

/** Segment waits five seconds for an answer, and sends again what it does not get one for. */
const DEADLINE_MS = 4_000;

/** When nobody waits for some work any more. */
export interface Deadline {
  readonly hasPassed: boolean;
}

/** Of work that somebody waits for as long as it takes. */
export const NO_DEADLINE: Deadline = { hasPassed: false };

/**
 * What the work resolves to, or a DeadlineError while it goes on: repeating it does no harm.
 * `onLateError` is told why work failed after that.
 */
export async function beforeDeadline<T>(
  work: (deadline: Deadline) => Promise<T>,
  onLateError: (error: unknown) => void,
  milliseconds: number = DEADLINE_MS,
): Promise<T> {
  const deadline = { hasPassed: false };
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      deadline.hasPassed = true;
      reject(new DeadlineError('The events were not stored in time; send them again.'));
    }, milliseconds);
  });
  const working = work(deadline);
  working.catch((error: unknown) => {
    if (deadline.hasPassed) onLateError(error);
  });
  try {
    return await Promise.race([working, passed]);
  } finally {
    clearTimeout(timer);
  }
}
