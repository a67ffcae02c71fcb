import * as fc from 'fast-check';
import type { User } from '../../src/evaluation/user.js';
import { SAMPLE_ARRAYS, SAMPLE_NUMBERS, SAMPLE_VERSIONS, sampleNumber } from './sample-text.js';
import { sampleText } from './sample-text.js';

/** Attributes that conditions ask for; the last ones are also names of Object.prototype. */
export const ATTRIBUTES = [
  'Identifier',
  'Email',
  'Country',
  'Text',
  'Number',
  'Version',
  'Tags',
  '',
  'é',
  'toString',
  'constructor',
  '__proto__',
] as const;

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, '', true, false, 0n, 12n, Symbol('s'), parseInt),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.constantFrom<unknown>({}, [], [1], ['a', 1], [null], [['a']], /x/, new Date(Number.NaN)),
  fc.constantFrom<unknown>(Object.create(null), { toString: 1 }, { toString: refuse }),
  fc.constantFrom<unknown>({ toString: () => '' }, { toString: () => 'a' }, new String('a')),
);

function refuse(): never {
  throw new Error('no text');
}

const attributeValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: sampleText },
  { weight: 1, arbitrary: fc.constantFrom(...SAMPLE_NUMBERS, ...SAMPLE_VERSIONS) },
  { weight: 1, arbitrary: fc.constantFrom(...SAMPLE_ARRAYS) },
  { weight: 2, arbitrary: sampleNumber },
  { weight: 1, arbitrary: fc.integer({ min: 1699999999, max: 1700000001 }) },
  { weight: 1, arbitrary: fc.constantFrom(1700000000000, 1700000000500, 0).map(dateOf) },
  { weight: 2, arbitrary: fc.array(sampleText, { maxLength: 4 }) },
  { weight: 2, arbitrary: oddValue },
);

function dateOf(ms: number): Date {
  return new Date(ms);
}

/** A user with some of the attributes, each an own property, or none at all. */
export const userArbitrary: fc.Arbitrary<User | undefined> = fc.option(
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...ATTRIBUTES), attributeValue), {
      selector: ([name]) => name,
      minLength: 0,
      maxLength: ATTRIBUTES.length,
      size: 'max',
    })
    .map((entries) => Object.fromEntries(entries)),
  { nil: undefined, freq: 12 },
);
