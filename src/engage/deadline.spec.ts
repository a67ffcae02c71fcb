import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beforeDeadline } from './deadline.js';
import { DeadlineError } from './engage.errors.js';

describe('the deadline of an answer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets work pass that ends before it, and leaves no timer', async () => {
    await expect(beforeDeadline(Promise.resolve('done'))).resolves.toBe('done');
    await expect(beforeDeadline(Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends the wait after four seconds, one before Segment gives up', async () => {
    const waiting = beforeDeadline(new Promise(() => {})).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await waiting).toBeInstanceOf(DeadlineError);
  });

  it('is deaf to work that fails after it', async () => {
    const work = new Promise((_resolve, reject) => {
      setTimeout(() => reject(new Error('late')), 20);
    });
    const waiting = beforeDeadline(work, 10).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10);
    expect(await waiting).toBeInstanceOf(DeadlineError);
    // Vitest fails the run on a rejection that nobody handles.
    await vi.advanceTimersByTimeAsync(10);
    await expect(work).rejects.toThrow('late');
  });
});
