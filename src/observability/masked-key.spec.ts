import { describe, expect, it } from 'vitest';
import { maskedKey } from './masked-key.js';

describe('a key as /status shows it', () => {
  it.each([
    [undefined, ''],
    ['', ''],
    ['abc', '***'],
    ['abcde', '*****'],
    ['abcdefg', '**cdefg'],
    ['x'.repeat(17) + '/hwTYg', '*'.repeat(18) + 'hwTYg'],
  ])('%s is %s', (key, shown) => {
    expect(maskedKey(key)).toBe(shown);
  });
});
