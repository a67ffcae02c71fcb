import type {
  ConditionJson,
  ConfigJson,
  SettingJson,
  UserConditionJson,
} from '../../src/evaluation/config-json.js';
import { hashText } from '../../src/evaluation/hash.js';

const SALT = 'c2FsdA==';
const NOBODY: UserConditionJson = { a: 'Identifier', c: 28, s: 'nobody at all' };

/** True where the conditions hold. */
function flag(...conditions: readonly ConditionJson[]): SettingJson {
  return {
    t: 0,
    v: { b: false },
    i: 'off',
    r: [{ c: [...conditions], s: { v: { b: true }, i: 'on' } }],
  };
}

function hashed(key: string, ...values: readonly string[]): string[] {
  return values.map((value) => hashText(value, SALT, key));
}

const HALVES = [
  { p: 50, v: { s: 'a' }, i: 'v_a' },
  { p: 50, v: { s: 'b' }, i: 'v_b' },
];

/**
 * A team's config with a flag for each kind of rule. The segments `Beta team`, `Vip` and `Mailed`
 * hold nobody, until an audience of that name takes their place.
 */
export const EVERY_RULE: ConfigJson = {
  p: { u: 'https://cdn-global.configcat.com', r: 0, s: SALT },
  s: [
    { n: 'Example', r: [{ a: 'Email', c: 2, l: ['@example.com', 'é'] }] },
    { n: 'Beta team', r: [NOBODY] },
    { n: 'Vip', r: [NOBODY] },
    { n: 'Mailed', r: [NOBODY] },
  ],
  f: {
    text: flag({ u: { a: 'Country', c: 0, l: ['a', 'é', 'HU'] } }),
    hidden: flag({ u: { a: 'Email', c: 16, l: hashed('hidden', 'a', 'x@example.com', '😀') } }),
    not_hidden: flag({ u: { a: 'Country', c: 21, s: hashed('not_hidden', 'a')[0] ?? '' } }),
    number: flag({ u: { a: 'age', c: 15, d: 1 } }, { u: { a: 'age', c: 11, d: 10 } }),
    version: flag({ u: { a: 'version', c: 7, s: '1.0.0' } }),
    versions: flag({ u: { a: 'version', c: 5, l: ['1.0.0', '2.0.0'] } }),
    date: flag({ u: { a: 'age', c: 18, d: 1_700_000_000 } }),
    tags: flag({ u: { a: 'tags', c: 34, l: ['a', '😀'] } }),
    hidden_tags: flag({ u: { a: 'tags', c: 27, l: hashed('hidden_tags', 'a') } }),
    split: { t: 1, v: { s: 'unsplit' }, i: 'v_none', p: HALVES },
    split_by: { t: 1, v: { s: 'unsplit' }, i: 'v_none', a: 'Country', p: HALVES },
    example: flag({ s: { s: 0, c: 0 } }),
    team: {
      t: 1,
      v: { s: 'out' },
      i: 'v_out',
      r: [
        { c: [{ s: { s: 1, c: 0 } }], p: HALVES },
        { c: [{ s: { s: 2, c: 1 } }], s: { v: { s: 'not vip' }, i: 'v_not_vip' } },
      ],
    },
    vip: flag({ s: { s: 2, c: 0 } }, { u: { a: 'Country', c: 1, l: ['a'] } }),
    mailed: flag({ s: { s: 3, c: 0 } }),
    unmailed: flag({ s: { s: 3, c: 1 } }),
    needs_vip: flag({ p: { f: 'vip', c: 0, v: { b: true } } }, { s: { s: 1, c: 1 } }),
    needs_half: flag({ p: { f: 'team', c: 1, v: { s: 'a' } } }),
    /** No SDK knows this comparator: what reaches it can't be evaluated. */
    invalid: flag({ u: { a: 'tags', c: 99, s: '' } }),
  },
};
