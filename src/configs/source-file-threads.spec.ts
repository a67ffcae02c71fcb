import { describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { Threads } from './source-file-threads.js';

/** An operation that ends when the test says so. */
function operation() {
  const ends: Array<() => void> = [];
  const run = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
  return { run, ends, end: () => ends.shift()?.() };
}

describe('threads', () => {
  it('are lent to so many at one time, first come, first served', async () => {
    const threads = new Threads(2);
    const operations = [operation(), operation(), operation(), operation()];
    const done = operations.map(({ run }) => threads.lend(run));
    const begun = (): readonly number[] => operations.map(({ ends }) => ends.length);
    await eventually(() => expect(begun()).toEqual([1, 1, 0, 0]));
    operations[1]?.end();
    await eventually(() => expect(begun()).toEqual([1, 0, 1, 0]));
    operations[0]?.end();
    await eventually(() => expect(begun()).toEqual([0, 0, 1, 1]));
    operations.forEach(({ end }) => end());
    await Promise.all(done);
  });

  it('come back from an operation that fails', async () => {
    const threads = new Threads(1);
    await expect(threads.lend(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await threads.lend(() => Promise.resolve('next'))).toBe('next');
  });
});
