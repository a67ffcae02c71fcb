import { DeadlineError } from './engage.errors.js';

/** Segment waits five seconds for an answer, and sends again what it does not get one for. */
const DEADLINE_MS = 4_000;

/** What the work resolves to, or a DeadlineError while it goes on: repeating it does no harm. */
export async function beforeDeadline<T>(
  work: Promise<T>,
  milliseconds: number = DEADLINE_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new DeadlineError('The events were not stored in time; send them again.')),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
