import { describe, expect, it } from 'vitest';
import { deepFreeze } from './deep-freeze.js';

describe('a frozen tree', () => {
  it('cannot be changed anywhere', () => {
    const inner = { list: [{ a: 1 }] };
    const tree = deepFreeze({ map: new Map([['x', inner]]) });

    expect(() => tree.map.set('y', inner)).toThrow(TypeError);
    expect(() => tree.map.delete('x')).toThrow(TypeError);
    expect(() => tree.map.clear()).toThrow(TypeError);
    expect(() => inner.list.push({ a: 2 })).toThrow(TypeError);
    expect(Object.isFrozen(inner.list[0])).toBe(true);
    expect([...tree.map.keys()]).toEqual(['x']);
  });
});
