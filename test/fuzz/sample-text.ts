import * as fc from 'fast-check';

/** Texts that users and comparison values take most, or they would hardly ever meet. */
const FREQUENT_TEXTS = ['a', 'ab', 'é', '😀', '\ud83d', '1.0.0'] as const;

export const SAMPLE_TEXTS = [
  'a',
  'b',
  'ab',
  'abc',
  'x@example.com',
  'y@example.com',
  'example.com',
  'Example.com',
  ' ',
  ' a ',
  '\t1\n',
  'é',
  'e\u0301',
  'naïve café',
  '😀',
  'a😀b',
  '👩‍👩‍👧',
  '\ud83d',
  '\ude00',
  'a\ud83d',
  '\ude00b',
  '中文',
  '\u2028<&>',
  'toString',
  '__proto__',
  'x'.repeat(70),
] as const;

export const SAMPLE_NUMBERS = [
  '0',
  '0 ',
  ' 0',
  '1',
  ' 1 ',
  '+1',
  '-1',
  '01',
  '1.',
  '.5',
  '0.5',
  '0,5',
  '1,5',
  '1,000,5',
  '1e0',
  '1e400',
  '0x1',
  '0b1',
  '1_0',
  'NaN',
  ' NaN ',
  'Infinity',
  '-Infinity',
  '1700000000',
  '1700000000.5',
  '2023-11-14T22:13:20Z',
] as const;

export const SAMPLE_VERSIONS = [
  '1.0.0',
  'v1.0.0',
  'V1.0.0',
  ' 1.0.0 ',
  '1.0.0+build',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-rc.2',
  '1.0.0-rc.10',
  '1.0.0-01',
  '1.0.0-9007199254740991',
  '1.0.0-9007199254740992',
  '1.0.0-9007199254740993',
  '1.2',
  '01.2.3',
  '=1.2.3',
  '1.2.3.4',
  '2.0.0',
  '10.0.0',
  '9007199254740991.0.0',
  '9007199254740992.0.0',
  '0.0.1',
  `1.0.0-${'a'.repeat(250)}`,
  `1.0.0-${'a'.repeat(251)}`,
] as const;

export const SAMPLE_ARRAYS = [
  '[]',
  '["a"]',
  '["a","b"]',
  ' ["é", "😀"] ',
  '["a",1]',
  '[null]',
  '"a"',
  '[',
  '["\\ud83d"]',
] as const;

export const sampleText = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...FREQUENT_TEXTS) },
  { weight: 5, arbitrary: fc.constantFrom(...SAMPLE_TEXTS) },
  { weight: 2, arbitrary: fc.constantFrom(...SAMPLE_NUMBERS) },
  { weight: 2, arbitrary: fc.constantFrom(...SAMPLE_VERSIONS) },
  { weight: 1, arbitrary: fc.constantFrom(...SAMPLE_ARRAYS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 70 }) },
);

const FREQUENT_VERSIONS = ['1.0.0', 'v1.0.0', '1.0.0-rc.2', '1.0.0-rc.10', '2.0.0'] as const;

export const sampleVersion = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...FREQUENT_VERSIONS) },
  { weight: 1, arbitrary: fc.constantFrom(...SAMPLE_VERSIONS) },
);

export const sampleNumber = fc.oneof(
  fc.constantFrom(0, 0.5, 1),
  fc.constantFrom(0, -0, 1, -1, 0.5, 1.5, 10, 1700000000, 1700000000.5, 1e21, 1e-7),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
