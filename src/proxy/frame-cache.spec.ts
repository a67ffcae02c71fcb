import { expect, it } from 'vitest';
import { FrameCache } from './frame-cache.js';

it('gives all who get the same one frame', () => {
  const cache = new FrameCache();
  expect(cache.frame('1')).toBe(cache.frame('1'));
  expect(cache.frame('2')).not.toBe(cache.frame('1'));
});

it('is bounded, whatever it is asked for', () => {
  const cache = new FrameCache();
  const first = cache.frame('first');
  for (let n = 0; n < 1_200; n += 1) cache.frame(`"${n}${'x'.repeat(1_000)}"`);
  expect(cache.frame('first')).not.toBe(first);
  expect(cache.frame('first')).toEqual(first);
});
