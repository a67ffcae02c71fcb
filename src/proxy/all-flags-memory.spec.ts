import { describe, expect, it } from 'vitest';
import { compileConfig } from '../evaluation/compile.js';
import type { User } from '../evaluation/user.js';
import { allFlagsJson } from './all-flags.js';
import { AllFlagsMemory, type AllFlagsAnswer } from './all-flags-memory.js';
import { entityTag } from './etag.js';

const IS_ONE_OF = 0;
const COUNTRIES = Array.from({ length: 40 }, (_, n) => `C${n}`);

/** A flag for each country, and one whose model is invalid. */
const config = compileConfig({
  f: {
    ...Object.fromEntries(
      COUNTRIES.map((country) => [
        country,
        {
          t: 0,
          v: { b: false },
          r: [{ c: [{ u: { a: 'Country', c: IS_ONE_OF, l: [country] } }], s: { v: { b: true } } }],
        },
      ]),
    ),
    broken: {
      t: 0,
      v: { b: false },
      r: [{ c: [{ u: { a: 'x', c: 99, s: '' } }], s: { v: { b: true } } }],
    },
  },
});

describe('the memory of answers to all flags', () => {
  it('answers as if each was made anew, for more kinds of users than it remembers', () => {
    const memory = new AllFlagsMemory();
    const answerTo = (user: User): AllFlagsAnswer =>
      memory.answer(config, config.evaluateAll(user));
    for (const Country of [...COUNTRIES, ...COUNTRIES.toReversed(), 'C1', 'C1', 'nowhere']) {
      const user = { Country, x: 'y' };
      const json = allFlagsJson(config.evaluateAll(user));
      expect(answerTo(user)).toMatchObject({ json, etag: entityTag(json) });
    }
  });

  it('makes the answer of a kind of users once', () => {
    const memory = new AllFlagsMemory();
    const first = memory.answer(config, config.evaluateAll({ Country: 'C1', Identifier: 'ada' }));
    const second = memory.answer(config, config.evaluateAll({ Country: 'C1', Identifier: 'bea' }));
    expect(second).toBe(first);
  });
});
