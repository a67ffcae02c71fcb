import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { TimeSlices } from '../../src/proxy/time-slices.js';
import { Watchers } from '../../src/proxy/watchers.js';

/** What the service's process tells of itself, being asked. */
export interface ProbeReply {
  /** Resident bytes after a garbage collection. */
  readonly resident: number;
  /** The longest slice since it was asked last, in milliseconds. */
  readonly slice: number;
  /** The longest time that the event loop was held since then, by anything, in milliseconds. */
  readonly hold: number;
  /** When the watchers last learned of a change, in milliseconds of the machine's monotonic clock. */
  readonly seenAt: number;
}

// Loaded before the service (node --import): it changes nothing but takes times.

const holds = monitorEventLoopDelay({ resolution: 1 });
holds.enable();
let slice = 0;
let seenAt = 0;

around(TimeSlices.prototype, 'takeSlice', (_start, end) => {
  slice = Math.max(slice, end - _start);
});
around(Watchers.prototype, 'membersChanged', (start) => {
  seenAt = start;
});
around(Watchers.prototype, 'replaced', (start) => {
  seenAt = start;
});

process.on('message', (request: { readonly collect: boolean }) => {
  void answer(request.collect).then((reply) => process.send?.(reply));
});

async function answer(collect: boolean): Promise<ProbeReply> {
  const times = { slice, hold: holds.max / 1e6, seenAt };
  if (collect) {
    for (let round = 0; round < 3; round += 1) {
      globalThis.gc?.();
      await delay(100);
    }
  }
  holds.reset();
  slice = 0;
  return { ...times, resident: process.memoryUsage.rss() };
}

/** Tells when each call of a method began and ended. */
function around(prototype: object, name: string, took: (start: number, end: number) => void): void {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method !== 'function') throw new Error(`there is no ${name} any more`);
  Reflect.set(prototype, name, function (this: object, ...parameters: unknown[]): unknown {
    const start = clock();
    const result: unknown = Reflect.apply(method, this, parameters);
    took(start, clock());
    return result;
  });
}

/** The same in all processes of a machine. */
function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
