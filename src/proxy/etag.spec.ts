import { describe, expect, it } from 'vitest';
import { entityTag, isKnown } from './etag.js';

describe('a condition', () => {
  it.each([
    ['the tag', '"a"', '"a"'],
    ['the weak tag', 'W/"a"', '"a"'],
    ['the strong tag', '"a"', 'W/"a"'],
    ['one of a list', 'W/"b" ,"a", "c"', 'W/"a"'],
    ['the last of a list without spaces', '"b",W/"a"', '"a"'],
    ['any', ' * ', '"a"'],
    ['any, also of the tag null', '*', 'null'],
    ['a tag with a comma', '"b","a,b"', 'W/"a,b"'],
    ['a tag without quotes', 'b, a ,c', 'a'],
    ['the tag `"null"`, which has quotes', 'W/"null"', '"null"'],
  ])('that names %s holds', (_what, condition, etag) => {
    expect(isKnown(condition, etag)).toBe(true);
  });

  it.each([
    ['there is none', undefined, '"a"'],
    ['it is empty', '', '"a"'],
    ['it names another', '"b"', '"a"'],
    ['it names a part', '"a', '"a"'],
    ['its star stands in a tag', '"a,*,b"', '"c"'],
    ['its star stands in a tag that does not end', '"a,*,b', '"c"'],
    ['its star stands among tags', '"a",*', '"c"'],
    ['a tag of its own holds the tag and commas', '"x,a,y"', 'a'],
    ['it is null, as an old SDK sends it', 'null', '"a"'],
    ['it is null, and so is the tag', 'null', 'null'],
    ['null is among others, and is the tag', '"a", null', 'null'],
    ['null is weak, and is the tag', 'W/null', 'null'],
  ])('does not hold where %s', (_why, condition, etag) => {
    expect(isKnown(condition, etag)).toBe(false);
  });

  it('of 100 KB is judged at once, whatever is in it', () => {
    const start = performance.now();
    for (const text of ['"', 'W/', '",', ' ', ',"']) {
      expect(isKnown(text.repeat(100_000 / text.length), '"a"')).toBe(false);
    }
    expect(performance.now() - start).toBeLessThan(500);
  });
});

it('a tag names the bytes of an answer', () => {
  expect(entityTag('a')).toMatch(/^W\/"[0-9a-f]{16}"$/);
  expect(entityTag('a')).not.toBe(entityTag('b'));
});
