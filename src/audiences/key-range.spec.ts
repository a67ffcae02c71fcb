import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfPrefix } from './key-range.js';

const bytes = (key: string) => Buffer.from(key);

describe('the end of a prefix', () => {
  it.each([
    ['ada', 'adb'],
    ['user_9', 'user_:'],
    ['\uD7FF', '\uE000'],
    ['a\u{10FFFF}', 'b'],
    ['\u{10FFFF}', undefined],
    ['', undefined],
  ])('of %o is %o', (prefix, end) => {
    expect(endOfPrefix(prefix)).toBe(end);
  });

  it('stands behind all texts that begin so, and before all others that stand behind it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 4 });
    fc.assert(
      fc.property(text, text, (prefix, key) => {
        const end = endOfPrefix(prefix);
        const isInside =
          bytes(key).compare(bytes(prefix)) >= 0 &&
          (end === undefined || bytes(key).compare(bytes(end)) < 0);
        expect(isInside).toBe(key.startsWith(prefix));
        const longer = prefix + key;
        expect(end === undefined || bytes(longer).compare(bytes(end)) < 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
