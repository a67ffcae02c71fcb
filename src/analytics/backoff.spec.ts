import { expect, it } from 'vitest';
import { Backoff } from './backoff.js';

it('doubles from a second to a minute, and begins anew after a success', () => {
  const longest = new Backoff(() => 1);
  const waits = Array.from({ length: 8 }, () => longest.next());
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000));
  longest.reset();
  expect(longest.next()).toBe(1_000);
  expect(new Backoff(() => 0).next()).toBe(500);
});

it('is at least what is asked for, up to five minutes', () => {
  const backoff = new Backoff(() => 0);
  expect(backoff.next(90_000)).toBe(90_000);
  expect(backoff.next(86_400_000)).toBe(300_000);
  expect(backoff.next(10)).toBe(2_000);
});
