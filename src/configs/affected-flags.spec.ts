import { expect, it } from 'vitest';
import type { SettingJson } from '../evaluation/config-json.js';
import { affectedFlags } from './affected-flags.js';

/** A flag that has others as prerequisites. */
const flag = (...prerequisites: readonly string[]): SettingJson => ({
  t: 0,
  v: { b: false },
  r: prerequisites.map((f) => ({ c: [{ p: { f, c: 0, v: { b: true } } }], s: { v: { b: true } } })),
});

it('are the flags themselves and those above them, also in a circle', () => {
  const f = {
    a: flag(),
    b: flag('a'),
    c: flag('x', 'b'),
    d: flag('e'),
    e: flag('d', 'c'),
    x: flag(),
  };
  expect([...affectedFlags({ f }, ['a'])].toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect([...affectedFlags({ f }, ['x'])].toSorted()).toEqual(['c', 'd', 'e', 'x']);
  expect([...affectedFlags({ f }, [])]).toEqual([]);
  expect([...affectedFlags({}, ['a'])]).toEqual(['a']);
});
