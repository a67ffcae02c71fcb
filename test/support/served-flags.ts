import type { ConfigJson } from '../../src/evaluation/config-json.js';

const ONE_OF = 0;
const GREATER = 14;
const ARRAY_CONTAINS_ANY_OF = 34;
const NO_COMPARATOR = 99;

/** A config with a flag for each thing that serving can get wrong. */
export const SERVED_FLAGS: ConfigJson = {
  p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'c2FsdA==' },
  s: [{ n: 'Beta', r: [{ a: 'Email', c: 2, l: ['@beta.example'] }] }],
  f: {
    simple: { t: 0, v: { b: true }, i: 'v_simple' },
    'é<&>': { t: 1, v: { s: '<b>"&"</b>\u2028' }, i: 'v_text' },
    whole: { t: 2, v: { i: 42 }, i: 'v_whole' },
    double: { t: 3, v: { d: 0.5 }, i: 'v_double' },
    byCountry: {
      t: 1,
      v: { s: 'elsewhere' },
      i: 'v_elsewhere',
      r: [
        {
          c: [{ u: { a: 'Country', c: ONE_OF, l: ['HU', 'DE'] } }],
          s: { v: { s: 'near' }, i: 'v_near' },
        },
      ],
    },
    byAge: {
      t: 0,
      v: { b: false },
      i: 'v_young',
      r: [{ c: [{ u: { a: 'age', c: GREATER, d: 17.5 } }], s: { v: { b: true }, i: 'v_old' } }],
    },
    byTags: {
      t: 0,
      v: { b: false },
      i: 'v_untagged',
      r: [
        {
          c: [{ u: { a: 'tags', c: ARRAY_CONTAINS_ANY_OF, l: ['vip'] } }],
          s: { v: { b: true }, i: 'v_tagged' },
        },
      ],
    },
    beta: {
      t: 0,
      v: { b: false },
      i: 'v_out',
      r: [{ c: [{ s: { s: 0, c: 0 } }], s: { v: { b: true }, i: 'v_in' } }],
    },
    invalid: {
      t: 0,
      v: { b: false },
      i: 'v_unreached',
      r: [
        {
          c: [{ u: { a: 'broken', c: NO_COMPARATOR, s: '' } }],
          s: { v: { b: true }, i: 'v_never' },
        },
      ],
    },
  },
};
