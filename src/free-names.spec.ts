import { expect, it, vi } from 'vitest';
import { FreeNames } from './free-names.js';

it('gives what is wanted, or the first number that is free, and asks once for those in use', async () => {
  const readTaken = vi.fn<(wanted: string) => Promise<string[]>>(async () => [
    'a-3',
    'a-5',
    'another',
  ]);
  const names = new FreeNames(['a'], {
    nameOf: (wanted, number) => `${wanted}-${number}`,
    readTaken,
  });
  const given: string[] = [];
  for (const wanted of ['b', 'a', 'a-4', 'a', 'a', 'b-2']) given.push(await names.take(wanted));
  expect(given).toEqual(['b', 'a-2', 'a-4', 'a-6', 'a-7', 'b-2']);
  expect(readTaken).toHaveBeenCalledExactlyOnceWith('a');
  expect(await names.take('b')).toBe('b-3');
});
