import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { readArguments } from './arguments.js';
import { runDemo } from './demo.js';
import { FreshInstance } from './fresh-instance.js';
import { Screen } from './screen.js';

/** Longer than everything that may take long is allowed to: the demo never hangs. */
const TIMEOUT_MS = 5 * 60_000;
/** For the end of the service to be noticed, which is the better reason to tell. */
const GRACE_MS = 500;
/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

class Interrupted extends Error {}

/** @returns the exit code. */
async function main(): Promise<number> {
  const screen = new Screen(process.stdout);
  const wanted = readArguments(process.argv.slice(2));
  const interruption = interrupted();
  const instance = await FreshInstance.launch();
  const closers: (() => void)[] = [];
  try {
    await Promise.race([
      runDemo({ instance, screen, wanted, atEnd: (close) => closers.push(close) }),
      instance.failed,
      interruption,
    ]);
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      // A connection breaks a moment before the process behind it is known to have ended.
      await Promise.race([instance.failed, delay(GRACE_MS)]);
      throw error;
    }
    screen.line('\nInterrupted');
    return INTERRUPTED;
  } finally {
    closers.forEach((close) => close());
    await instance.stop();
  }
}

/** Rejects at Ctrl-C, at SIGTERM, and when the demo takes too long. */
function interrupted(): Promise<never> {
  const interruption = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => reject(new Interrupted()));
    }
    const tooLong = new Error(`the demo was not done after ${TIMEOUT_MS / 60_000} minutes`);
    setTimeout(() => reject(tooLong), TIMEOUT_MS).unref();
  });
  // It may come before anything waits for it.
  interruption.catch(() => {});
  return interruption;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`\nThe demo failed: ${reason}\n`);
    process.exit(1);
  },
);
