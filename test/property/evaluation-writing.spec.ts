import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Comparator } from '../../src/evaluation/comparator.js';
import type { ConfigJson, UserConditionJson } from '../../src/evaluation/config-json.js';
import { hashedItem, hashedItems, hashedSliceItems } from '../../src/evaluation/hashed-items.js';
import { Oracle } from '../fuzz/oracle.js';
import { sampleText } from '../fuzz/sample-text.js';

const SALT = 'the salt=';

/** A config whose one flag is on where the condition is met, in the flag or in a segment. */
function configWith(
  condition: (context: string) => UserConditionJson,
  segment?: string,
): ConfigJson {
  const c = segment === undefined ? { u: condition('flag') } : { s: { s: 0, c: 0 } };
  const rule = { c: [c], s: { v: { b: true } } };
  return {
    p: { u: '', r: 0, s: SALT },
    s: segment === undefined ? [] : [{ n: segment, r: [condition(segment)] }],
    f: { flag: { t: 0, v: { b: false }, r: [rule] } },
  };
}

function sdkServes(config: ConfigJson, attribute: unknown): unknown {
  return new Oracle(JSON.stringify(config)).evaluate('flag', { Text: attribute }).value;
}

const texts = fc.array(
  sampleText.filter((text) => text !== ''),
  { minLength: 1, maxLength: 6 },
);

/** The flag itself, or a segment of some name: renaming one means hashing again. */
const places = fc.option(
  sampleText.filter((text) => text !== ''),
  { nil: undefined },
);

function itWrites(
  name: string,
  conditionOf: (texts: readonly string[], context: string) => UserConditionJson,
  attributeOf: (text: string) => unknown,
): void {
  it(`writes ${name} lists that the SDK matches, in flags and in renamed segments`, () => {
    fc.assert(
      fc.property(texts, places, (values, segment) => {
        const config = configWith((context) => conditionOf(values, context), segment);
        const served = values.map((value) => sdkServes(config, attributeOf(value)));
        expect(served).toEqual(values.map(() => true));
        expect(sdkServes(config, '\ue000')).toBe(false);
      }),
    );
  });
}

describe('hashed lists', () => {
  itWrites(
    'IS ONE OF',
    (values, context) => ({
      a: 'Text',
      c: Comparator.hashedIsOneOf,
      l: hashedItems(values, { salt: SALT, context }),
    }),
    (text) => text,
  );
  itWrites(
    'STARTS WITH ANY OF',
    (values, context) => ({
      a: 'Text',
      c: Comparator.hashedStartsWithAnyOf,
      l: hashedSliceItems(values, { salt: SALT, context }),
    }),
    (text) => `${text} and more`,
  );
  itWrites(
    'ENDS WITH ANY OF',
    (values, context) => ({
      a: 'Text',
      c: Comparator.hashedEndsWithAnyOf,
      l: hashedSliceItems(values, { salt: SALT, context }),
    }),
    (text) => `more and ${text}`,
  );
  itWrites(
    'ARRAY CONTAINS ANY OF',
    (values, context) => ({
      a: 'Text',
      c: Comparator.hashedArrayContainsAnyOf,
      l: hashedItems(values, { salt: SALT, context }),
    }),
    (text) => ['first', text],
  );

  it('writes an EQUALS value that the SDK matches', () => {
    fc.assert(
      fc.property(
        sampleText.filter((text) => text !== ''),
        places,
        (text, segment) => {
          const config = configWith(
            (context) => ({
              a: 'Text',
              c: Comparator.hashedEquals,
              s: hashedItem(text, { salt: SALT, context }),
            }),
            segment,
          );
          expect(sdkServes(config, text)).toBe(true);
        },
      ),
    );
  });

  const scoped = { salt: SALT, context: 'flag' };
  const equal = hashedItem('a', scoped);
  const items = hashedItems(['a', 'b'], scoped);
  const slices = hashedSliceItems(['a', 'b'], scoped);
  it.each<[UserConditionJson, met: unknown, unmet: unknown]>([
    [{ a: 'Text', c: Comparator.hashedIsNotOneOf, l: items }, 'c', 'b'],
    [{ a: 'Text', c: Comparator.hashedNotEquals, s: equal }, 'b', 'a'],
    [{ a: 'Text', c: Comparator.hashedNotStartsWithAnyOf, l: slices }, 'xb', 'bx'],
    [{ a: 'Text', c: Comparator.hashedNotEndsWithAnyOf, l: slices }, 'bx', 'xb'],
    [{ a: 'Text', c: Comparator.hashedArrayNotContainsAnyOf, l: items }, ['x'], ['x', 'b']],
  ])('keep out those they name where negated: comparator $c', (condition, met, unmet) => {
    const config = configWith(() => condition);
    expect([sdkServes(config, met), sdkServes(config, unmet)]).toEqual([true, false]);
  });

  it('match nobody any more once their segment has another name', () => {
    const list = hashedItems(['a'], { salt: SALT, context: 'old' });
    const condition = { a: 'Text', c: Comparator.hashedIsOneOf, l: list };
    expect(
      sdkServes(
        configWith(() => condition, 'old'),
        'a',
      ),
    ).toBe(true);
    expect(
      sdkServes(
        configWith(() => condition, 'new'),
        'a',
      ),
    ).toBe(false);
  });

  it('are sorted and name nothing twice', () => {
    const repeated = hashedItems(['b', 'a', 'b'], scoped);
    expect(repeated).toHaveLength(2);
    expect(repeated).toEqual(repeated.toSorted());
  });
});
