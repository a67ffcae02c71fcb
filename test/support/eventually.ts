import { vi } from 'vitest';

/** Longer than anything takes on a machine that is busy with other tests; a condition that holds ends it. */
const TIMEOUT_MS = 15_000;
const INTERVAL_MS = 20;

/** Waits until the assertion holds, and fails with what it last threw. */
export function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assertion, { timeout: TIMEOUT_MS, interval: INTERVAL_MS });
}
