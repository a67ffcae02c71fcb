import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 60_000;
const INTERVAL_MS = 20;

/** Asks until the answer is neither false nor null. Rejects, naming what it waited for, after a minute. */
export async function waitUntil<Answer>(
  what: string,
  ask: () => Answer | Promise<Answer>,
): Promise<Exclude<Answer, false | null>> {
  const end = performance.now() + TIMEOUT_MS;
  while (performance.now() < end) {
    const answer = await ask();
    if (isGiven(answer)) return answer;
    await delay(INTERVAL_MS);
  }
  throw new Error(`waited ${TIMEOUT_MS / 1_000} s in vain until ${what}`);
}

function isGiven<Answer>(answer: Answer): answer is Exclude<Answer, false | null> {
  return answer !== false && answer !== null;
}
