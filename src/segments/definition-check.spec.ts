import { describe, expect, it } from 'vitest';
import { COMPARATOR_NAMES, comparatorKind, SIMPLE_COMPARATORS } from './comparators.js';
import { conditionProblems, simpleProblems } from './definition-check.js';
import type { ComparisonValue } from './segment-definition.js';

const about = (comparator: (typeof COMPARATOR_NAMES)[number], comparisonValue: ComparisonValue) =>
  conditionProblems({ comparisonAttribute: 'x', comparator, comparisonValue }, '/conditions/0');
const simple = (comparator: (typeof SIMPLE_COMPARATORS)[number], comparisonValue: string) =>
  simpleProblems({ comparisonAttribute: 'x', comparator, comparisonValue });

describe('the comparators', () => {
  it('are the 36 of config JSON v6, each code once, in their order', () => {
    const codes = COMPARATOR_NAMES.map((name) => comparatorKind(name).code);
    expect(codes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 36 }, (_, code) => code));
  });

  it('are 18 for single conditions', () => {
    expect(SIMPLE_COMPARATORS).toHaveLength(18);
  });
});

describe('the value of a condition', () => {
  it.each([
    ['isOneOf', { listValue: [{ value: 'a' }] }],
    ['textEquals', { stringValue: 'a' }],
    ['numberLess', { doubleValue: 0 }],
    ['dateTimeBefore', { doubleValue: 1_700_000_000 }],
    ['semVerLess', { stringValue: '1.2.3-rc.1+build' }],
    ['semVerIsOneOf', { listValue: [{ value: '1.0.0' }, { value: '2.0.0' }] }],
    ['sensitiveTextEquals', { stringValue: 'x'.repeat(65_535) }],
    ['arrayContainsAnyOf', { listValue: Array.from({ length: 15_000 }, () => ({ value: 'a' })) }],
  ] as const)('may be for %s', (comparator, value) => {
    expect(about(comparator, value)).toEqual([]);
  });

  it.each([
    ['isOneOf', { stringValue: 'a' }, '', /needs listValue/],
    ['isOneOf', {}, '', /needs listValue/],
    ['isOneOf', { listValue: [{ value: 'a' }], stringValue: 'b' }, '', /nothing else/],
    ['isOneOf', { listValue: [] }, '/listValue', /at least one/],
    ['isOneOf', { listValue: [{ value: 'a' }, { value: '' }] }, '/listValue/1/value', /empty/],
    [
      'isOneOf',
      { listValue: Array.from({ length: 15_001 }, () => ({ value: 'a' })) },
      '/listValue',
      /15000/,
    ],
    ['textEquals', { stringValue: 'x'.repeat(65_536) }, '/stringValue', /65535/],
    ['textEquals', { stringValue: 'a\0b' }, '/stringValue', /NUL/],
    ['textEquals', { stringValue: 'a\ud800' }, '/stringValue', /surrogate/],
    ['numberLess', { doubleValue: Infinity }, '/doubleValue', /number/],
    ['semVerLess', { stringValue: '1.2' }, '/stringValue', /semantic version/],
    ['semVerLess', { stringValue: 'v1.2.3' }, '/stringValue', /semantic version/],
    [
      'semVerIsOneOf',
      { listValue: [{ value: ' 1.2.3' }] },
      '/listValue/0/value',
      /semantic version/,
    ],
  ] as const)('may not be for %s: %j', (comparator, value, pointer, detail) => {
    expect(about(comparator, value)).toEqual([
      { pointer: `/conditions/0/comparisonValue${pointer}`, detail: expect.stringMatching(detail) },
    ]);
  });
});

describe('the value of a single condition', () => {
  it.each([
    ['isOneOf', ' a , ,b,'],
    ['contains', 'a, b'],
    ['numberEquals', ' -1.5e3 '],
    ['semVerGreater', ' 1.2.3 '],
    ['semVerIsNotOneOf', '1.2.3, 2.0.0'],
  ] as const)('may be for %s: %j', (comparator, value) => {
    expect(simple(comparator, value)).toEqual([]);
  });

  it.each([
    ['isOneOf', ' , ,', /at least one/],
    ['contains', '', /empty/],
    ['numberEquals', '0x10', /number/],
    ['numberEquals', 'Infinity', /number/],
    ['semVerGreater', '1', /semantic version/],
    ['semVerIsOneOf', '1.2.3, x', /semantic version/],
  ] as const)('may not be for %s: %j', (comparator, value, detail) => {
    expect(simple(comparator, value)).toEqual([
      { pointer: '/comparisonValue', detail: expect.stringMatching(detail) },
    ]);
  });
});
