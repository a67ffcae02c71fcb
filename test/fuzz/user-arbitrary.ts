import * as fc from 'fast-check';
import type { User } from '../../src/evaluation/user.js';
import {
  SAMPLE_ARRAYS,
  SAMPLE_NUMBERS,
  sampleNumber,
  sampleText,
  sampleVersion,
} from './sample-text.js';

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

const numberValue: fc.Arbitrary<unknown> = fc.oneof(
  sampleNumber,
  fc.constantFrom(...SAMPLE_NUMBERS),
  fc.integer({ min: 1699999999, max: 1700000001 }),
  fc.constantFrom(1700000000000, 1700000000500, 0).map(dateOf),
);

const arrayValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.array(sampleText, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(...SAMPLE_ARRAYS) },
  { weight: 1, arbitrary: fc.array(sampleText).map((texts) => JSON.stringify(texts)) },
);

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: sampleText },
  { weight: 1, arbitrary: sampleVersion },
  { weight: 1, arbitrary: numberValue },
  { weight: 1, arbitrary: arrayValue },
  { weight: 2, arbitrary: oddValue },
);

/** Mostly what the attribute is for. */
function valueOf(name: string): fc.Arbitrary<unknown> {
  const usual = { Number: numberValue, Version: sampleVersion, Tags: arrayValue };
  const arbitrary = Object.entries(usual).find(([key]) => key === name)?.[1] ?? anyValue;
  return fc.oneof({ weight: 5, arbitrary }, { weight: 1, arbitrary: anyValue });
}

function dateOf(ms: number): Date {
  return new Date(ms);
}

/** Marks an attribute that a user does not have at all. */
const absent = Symbol('absent');

/** A user with some of the attributes, each an own property, or none at all. */
export const userArbitrary: fc.Arbitrary<User | undefined> = fc.option(
  fc
    .tuple(...ATTRIBUTES.map((name) => fc.option(valueOf(name), { nil: absent, freq: 4 })))
    .map((values) =>
      Object.fromEntries(
        ATTRIBUTES.map((name, i) => [name, values[i]]).filter(([, value]) => value !== absent),
      ),
    ),
  { nil: undefined, freq: 12 },
);
