import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BuildSchedule } from './build-schedule.js';

describe('the schedule of builds', () => {
  let builds: number;
  let errors: unknown[];

  beforeEach(() => {
    vi.useFakeTimers();
    builds = 0;
    errors = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A build that takes so many milliseconds. */
  const make = (takes = 0, fails = () => false) =>
    new BuildSchedule(
      async () => {
        builds += 1;
        await new Promise((resolve) => setTimeout(resolve, takes));
        if (fails()) throw new Error('no');
      },
      (error) => errors.push(error),
    );

  it('builds once for changes that come together', async () => {
    const schedule = make();
    for (let change = 0; change < 5; change += 1) {
      schedule.request();
      await vi.advanceTimersByTimeAsync(9);
    }
    expect(builds).toBe(0);
    await vi.advanceTimersByTimeAsync(5);
    expect(builds).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(builds).toBe(1);
  });

  it('builds 50 ms after the first change, however many follow, where nothing rests', async () => {
    const schedule = make();
    schedule.request();
    await vi.advanceTimersByTimeAsync(49);
    schedule.request();
    expect(builds).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(builds).toBe(1);
  });

  it('builds once more for a change during a build, never two at a time', async () => {
    const schedule = make(100);
    schedule.request();
    await vi.advanceTimersByTimeAsync(100);
    schedule.request();
    schedule.request();
    expect(builds).toBe(1);
    // The build ends at 150, and rests for ten times what it took.
    await vi.advanceTimersByTimeAsync(1_049);
    expect(builds).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(builds).toBe(2);
  });

  it('takes no more than a tenth of the time under endless changes', async () => {
    const schedule = make(100);
    const end = Date.now() + 60_000;
    while (Date.now() < end) {
      schedule.request();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(builds).toBeGreaterThan(40);
    expect(builds).toBeLessThan(60);
  });

  it('rests for no time that it waited for PostgreSQL', async () => {
    const schedule = new BuildSchedule(
      async (awaitElsewhere) => {
        builds += 1;
        await awaitElsewhere(new Promise((resolve) => setTimeout(resolve, 4_000)));
        await new Promise((resolve) => setTimeout(resolve, 100));
      },
      (error) => errors.push(error),
    );
    schedule.request();
    await vi.advanceTimersByTimeAsync(4_150);
    schedule.request();
    await vi.advanceTimersByTimeAsync(999);
    expect(builds).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(builds).toBe(2);
  });

  it('repeats a build that failed after a second, until it passes', async () => {
    let isBroken = true;
    const schedule = make(0, () => isBroken);
    schedule.request();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(errors).toHaveLength(3);
    isBroken = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(builds).toBe(4);
  });

  it('stops when the running build has ended, and builds no more', async () => {
    const schedule = make(100);
    schedule.request();
    await vi.advanceTimersByTimeAsync(60);
    schedule.request();
    const stopped = vi.fn<() => void>();
    const stopping = schedule.stop().then(stopped);
    await vi.advanceTimersByTimeAsync(50);
    expect(stopped).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(50);
    await stopping;
    schedule.request();
    expect(vi.getTimerCount()).toBe(0);
    expect(builds).toBe(1);
  });

  it('stops before a build that waits', async () => {
    const schedule = make();
    schedule.request();
    await schedule.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(builds).toBe(0);
  });

  it('tells when what was requested is built, whatever is requested later', async () => {
    const schedule = make(100);
    await schedule.settled();
    const settled = vi.fn<(name: string) => void>();
    const tellWhenSettled = (name: string): void =>
      void schedule.settled().then(() => settled(name));
    schedule.request();
    tellWhenSettled('before');
    await vi.advanceTimersByTimeAsync(100);
    tellWhenSettled('during');
    schedule.request();
    tellWhenSettled('after');
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(50);
    expect(settled.mock.calls).toEqual([['before'], ['during']]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(settled.mock.calls).toEqual([['before'], ['during'], ['after']]);
  });

  it('tells of a build that failed, and of one that its end took away', async () => {
    const schedule = make(0, () => true);
    const settled = vi.fn<() => void>();
    schedule.request();
    void schedule.settled().then(settled);
    await vi.advanceTimersByTimeAsync(100);
    expect(settled).toHaveBeenCalledTimes(1);
    void schedule.settled().then(settled);
    await schedule.stop();
    await schedule.settled();
    expect(settled).toHaveBeenCalledTimes(2);
  });
});
