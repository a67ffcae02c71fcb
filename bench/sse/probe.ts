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
  /** The same without the time in which other processes had the core. */
  readonly sliceWork: number;
  /** When the watchers last learned of a change, in milliseconds of the machine's monotonic clock. */
  readonly seenAt: number;
}

// Loaded before the service (node --import): it changes nothing but takes times.

let slice = 0;
let sliceWork = 0;
let seenAt = 0;

around(TimeSlices.prototype, 'takeSlice', ({ start, end, cpu }) => {
  slice = Math.max(slice, end - start);
  // The CPU time is of all threads, and so may be more than what passed.
  sliceWork = Math.max(sliceWork, Math.min(end - start, cpu));
});
around(Watchers.prototype, 'membersChanged', ({ start }) => {
  seenAt = start;
});
around(Watchers.prototype, 'replaced', ({ start }) => {
  seenAt = start;
});

process.on('message', (request: { readonly collect: boolean }) => {
  void answer(request.collect).then((reply) => process.send?.(reply));
});

async function answer(collect: boolean): Promise<ProbeReply> {
  const times = { slice, sliceWork, seenAt };
  if (collect) {
    for (let round = 0; round < 3; round += 1) {
      globalThis.gc?.();
      await delay(100);
    }
  }
  slice = 0;
  sliceWork = 0;
  return { ...times, resident: process.memoryUsage.rss() };
}

interface Call {
  /** Milliseconds of the machine's monotonic clock. */
  readonly start: number;
  readonly end: number;
  /** Milliseconds of CPU that the process took meanwhile. */
  readonly cpu: number;
}

/** Tells of each call of a method. */
function around(prototype: object, name: string, called: (call: Call) => void): void {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method !== 'function') throw new Error(`there is no ${name} any more`);
  Reflect.set(prototype, name, function (this: object, ...parameters: unknown[]): unknown {
    const usage = process.cpuUsage();
    const start = clock();
    const result: unknown = Reflect.apply(method, this, parameters);
    const end = clock();
    const { user, system } = process.cpuUsage(usage);
    called({ start, end, cpu: (user + system) / 1000 });
    return result;
  });
}

/** The same in all processes of a machine. */
function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
