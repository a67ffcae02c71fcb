import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 20;

/** Resolves when nothing is missing, or it is no longer waited for. */
export async function untilReady(
  readiness: { readonly missing: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  while (readiness.missing.length > 0 && !signal.aborted) {
    await pause(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
