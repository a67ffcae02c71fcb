import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimeSlices } from './time-slices.js';

describe('time slices', () => {
  let now: number;
  let slices: TimeSlices;
  let done: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    now = 0;
    done = [];
    slices = new TimeSlices({ slice: 10, now: () => now });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** `steps` steps that take `cost` milliseconds each. */
  function* work(name: string, steps: number, cost: number): Generator<void> {
    for (let step = 1; step <= steps; step += 1) {
      now += cost;
      done.push(`${name}${step}`);
      yield;
    }
  }

  it('do short work at once', () => {
    slices.start(work('a', 3, 1));
    expect(done).toEqual(['a1', 'a2', 'a3']);
  });

  it('end when their time is over, and go on in the next turn', () => {
    slices.start(work('a', 5, 5));
    expect(done).toEqual(['a1', 'a2']);
    nextTurn();
    expect(done).toEqual(['a1', 'a2', 'a3', 'a4']);
    nextTurn();
    expect(done).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  });

  it('are one a turn, whoever starts work', () => {
    slices.start(work('a', 1, 9));
    slices.start(work('b', 1, 9));
    slices.start(work('c', 1, 9));
    expect(done).toEqual(['a1']);
    nextTurn();
    expect(done).toEqual(['a1', 'b1', 'c1']);
  });

  it('leave this turn alone where they are asked to', () => {
    slices.startLater(work('a', 1, 1));
    expect(done).toEqual([]);
    nextTurn();
    expect(done).toEqual(['a1']);
  });

  it('let short work by long work', () => {
    slices.start(work('long', 8, 5));
    slices.start(work('short', 1, 1));
    nextTurn();
    expect(done).toContain('short1');
    expect(done).not.toContain('long5');
  });

  it('are taken no more when nothing is left', () => {
    slices.start(work('a', 1, 1));
    nextTurn();
    expect(vi.getTimerCount()).toBe(0);
  });
});

function nextTurn(): void {
  vi.advanceTimersToNextTimer();
}
