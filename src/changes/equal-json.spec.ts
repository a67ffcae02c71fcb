import { describe, expect, it } from 'vitest';
import { isSurelyEqual } from './equal-json.js';

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

describe('surely equal JSON', () => {
  it.each<[unknown, unknown, boolean]>([
    [{ a: [1, 'x', null, { b: true }] }, { a: [1, 'x', null, { b: true }] }, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [[1], [1, 2], false],
    [[], {}, false],
    [null, {}, false],
    [JSON.parse('{"__proto__":{}}'), {}, false],
    [{}, JSON.parse('{"__proto__":{}}'), false],
  ])('of %j and %j is %s', (a, b, equal) => {
    expect(isSurelyEqual(a, b)).toBe(equal);
  });

  it('is not said of what is too deep, which overflows no stack', () => {
    expect(isSurelyEqual(nested(100_000), nested(100_000))).toBe(false);
  });
});
