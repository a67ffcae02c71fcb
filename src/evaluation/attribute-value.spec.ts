import { describe, expect, it } from 'vitest';
import {
  parseVersion,
  printable,
  toNumber,
  toStringArray,
  toText,
  toUnixSeconds,
} from './attribute-value.js';

function refuse(): never {
  throw new Error('no text');
}

describe('an attribute as text', () => {
  it.each([
    [' a ', ' a '],
    [-0, '0'],
    [1e21, '1e+21'],
    [new Date(1_700_000_000_500), '1700000000.5'],
    [['a', 'é"'], '["a","é\\""]'],
    [['a', 1], 'a,1'],
    [true, 'true'],
    [null, 'null'],
    [{}, '[object Object]'],
    [Object.create(null), '[object Object]'],
  ])('is for %o %j', (value, text) => {
    expect(toText(value)).toBe(text);
  });

  it('is there for what refuses to be text, too', () => {
    expect(printable({ toString: refuse })).toBe('[unknown]');
    expect(printable(Symbol('s'))).toBe('[symbol]');
  });
});

describe('an attribute as a number', () => {
  it.each([
    [' 1 ', 1],
    ['+1', 1],
    ['1e0', 1],
    ['1.', 1],
    ['.5', 0.5],
    ['01', 1],
    ['0,5', 0.5],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    [' NaN ', Number.NaN],
    [Number.NaN, Number.NaN],
  ])('is for %j %d', (value, number) => {
    expect(toNumber(value)).toBe(number);
  });

  it.each(['', ' ', '0x1', '0b1', '0o1', '0 ', '1_0', '1,000,5', 'a', true, ['1'], new Date(0)])(
    'is none for %j',
    (value) => {
      expect(toNumber(value)).toBeUndefined();
    },
  );

  it('is unix seconds for a date, and none for ISO text', () => {
    expect(toUnixSeconds(new Date(1500))).toBe(1.5);
    expect(toUnixSeconds('2023-11-14T22:13:20Z')).toBeUndefined();
  });
});

describe('an attribute as a version', () => {
  it.each(['1.0.0', 'v1.0.0', ' 1.0.0 ', '1.0.0-rc.1+b.2', '9007199254740991.0.0'])(
    'is for %j one',
    (text) => {
      expect(parseVersion(text)).toBeDefined();
    },
  );

  it.each(['', '1.2', '01.2.3', '=1.2.3', 'V1.0.0', '1.0.0-01', '9007199254740992.0.0'])(
    'is for %j none',
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
    },
  );

  it('counts 256 characters without the spaces around', () => {
    const longest = `1.0.0-${'a'.repeat(250)}`;
    expect(parseVersion(` ${longest} `)).toBeDefined();
    expect(parseVersion(`${longest}a`)).toBeUndefined();
  });
});

describe('an attribute as an array', () => {
  it('is an array of strings, or JSON of one', () => {
    expect(toStringArray(['a'])).toEqual(['a']);
    expect(toStringArray(' ["a", "b"] ')).toEqual(['a', 'b']);
    expect(toStringArray([])).toEqual([]);
  });

  it.each(['a', '[1]', '["a",null]', '{}', '"a"', ['a', 1], null, 1])('is none for %j', (value) => {
    expect(toStringArray(value)).toBeUndefined();
  });
});
