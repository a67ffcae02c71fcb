import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Loop, type LoopOptions, type LoopRegistry } from './loop.js';

/** A round that ends when the test says so. */
function held() {
  const ends: Array<() => void> = [];
  const run = vi.fn<LoopOptions['run']>(() => new Promise<void>((end) => ends.push(end)));
  return { run, end: () => ends.shift()?.() };
}

describe('a loop', () => {
  let errors: unknown[];

  beforeEach(() => {
    errors = [];
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const make = (run: LoopOptions['run'], over: Partial<LoopOptions> = {}) =>
    new Loop({ name: 'test', interval: 1_000, run, onError: (e) => errors.push(e), ...over });

  it('runs at once, then an interval after each end', async () => {
    const { run, end } = held();
    make(run).start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(run).toHaveBeenCalledTimes(1);
    end();
    await vi.advanceTimersByTimeAsync(999);
    expect(run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('waits weeks at most, and never a millisecond for more than a timer can', async () => {
    const run = vi.fn<LoopOptions['run']>();
    make(run, { interval: 30 * 86_400_000, jitter: 0.1, random: () => 1 }).start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(25 * 86_400_000);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('starts once, however often it is told to', async () => {
    const { run } = held();
    const loop = make(run);
    loop.start();
    loop.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('runs once more right after a round that it was woken in, however often', async () => {
    const { run, end } = held();
    const loop = make(run);
    loop.start();
    loop.wake();
    loop.wake();
    expect(run).toHaveBeenCalledTimes(1);
    end();
    await vi.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(2);
    end();
    await vi.advanceTimersByTimeAsync(999);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('asks for its pause at the end of each round, where that varies', async () => {
    const pauses = [500, 2_000];
    const run = vi.fn<() => void>();
    make(run, { interval: () => pauses.shift() ?? 1_000 }).start();
    await vi.advanceTimersByTimeAsync(500);
    expect(run).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(run).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('is woken from its pause, and pauses a whole interval after that', async () => {
    const run = vi.fn<() => void>();
    const loop = make(run);
    loop.start();
    await vi.advanceTimersByTimeAsync(600);
    loop.wake();
    await vi.advanceTimersByTimeAsync(999);
    expect(run).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('reports a round that threw, and goes on', async () => {
    const run = vi.fn<() => void>().mockImplementationOnce(() => {
      throw new Error('first');
    });
    make(run).start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(errors).toEqual([new Error('first')]);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('spreads its pauses by the jitter', async () => {
    const run = vi.fn<() => void>();
    const drawn = [0, 1, 0.5];
    make(run, { jitter: 0.5, random: () => drawn.shift() ?? 0.5 }).start();
    await vi.advanceTimersByTimeAsync(500);
    expect(run).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1_499);
    expect(run).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('stops when the running round has ended, and leaves no timer', async () => {
    const { run, end } = held();
    const loop = make(run);
    loop.start();
    loop.wake();
    const ended = vi.fn<() => void>();
    const stopping = Promise.all([loop.stop(), loop.stop()]).then(ended);
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).not.toHaveBeenCalled();
    end();
    await stopping;
    loop.start();
    loop.wake();
    expect(run).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells its round that it stops, and reports nothing that comes of it', async () => {
    const loop = make(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    );
    loop.start();
    await loop.stop();
    expect(errors).toEqual([]);
  });

  it('does not run when it was stopped before its start', async () => {
    const run = vi.fn<() => void>();
    const loop = make(run);
    loop.wake();
    await loop.stop();
    loop.start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(run).not.toHaveBeenCalled();
  });

  it('is shown in the registry, with the timer it waits on, until it has stopped', async () => {
    const shown = new Map<string, NodeJS.Timeout>();
    const registry: LoopRegistry = {
      show: (name, timer) => void shown.set(name, timer),
      remove: (name) => void shown.delete(name),
    };
    const loop = make(() => {}, { registry });
    loop.start();
    await vi.advanceTimersByTimeAsync(0);
    const first = shown.get('test');
    expect(first).toBeDefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown.get('test')).not.toBe(first);
    await loop.stop();
    expect(shown.size).toBe(0);
  });
});
