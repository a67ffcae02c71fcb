import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beforeDeadline, type Deadline } from './deadline.js';
import { DeadlineError } from './engage.errors.js';

describe('the deadline of an answer', () => {
  const onLateError = vi.fn<(error: unknown) => void>();

  beforeEach(() => {
    vi.useFakeTimers();
    onLateError.mockClear();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets work pass that ends before it, and leaves no timer', async () => {
    await expect(beforeDeadline(() => Promise.resolve('done'), onLateError)).resolves.toBe('done');
    const failing = beforeDeadline(() => Promise.reject(new Error('no')), onLateError);
    await expect(failing).rejects.toThrow('no');
    expect(vi.getTimerCount()).toBe(0);
    expect(onLateError).not.toHaveBeenCalled();
  });

  it('ends the wait after four seconds, one before Segment gives up', async () => {
    let given: Deadline | undefined;
    const waiting = beforeDeadline((deadline) => {
      given = deadline;
      return new Promise(() => {});
    }, onLateError).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(vi.getTimerCount()).toBe(1);
    expect(given?.hasPassed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await waiting).toBeInstanceOf(DeadlineError);
    expect(given?.hasPassed).toBe(true);
  });

  it('tells why work failed after it', async () => {
    const late = new Error('late');
    const work = () =>
      new Promise((_resolve, reject) => {
        setTimeout(() => reject(late), 20);
      });
    const waiting = beforeDeadline(work, onLateError, 10).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10);
    expect(await waiting).toBeInstanceOf(DeadlineError);
    expect(onLateError).not.toHaveBeenCalled();
    // Vitest fails the run on a rejection that nobody handles.
    await vi.advanceTimersByTimeAsync(10);
    expect(onLateError).toHaveBeenCalledExactlyOnceWith(late);
  });
});
