import { expect, it } from 'vitest';
import { measureJson } from './json-measure.js';

it.each([
  [null, 0],
  [7.5, 0],
  ['é"\n\0\ud800', 0],
  [[], 1],
  [{}, 1],
  [[1, [2, []], {}], 3],
  [{ a: 1, 'é"': [true, null], c: { d: {} } }, 3],
])('%j takes the bytes of its JSON text and %i levels', (value, depth) => {
  expect(measureJson(value)).toEqual({ bytes: Buffer.byteLength(JSON.stringify(value)), depth });
});

it('measures what is too deep for JSON.stringify', () => {
  const text = '['.repeat(200_000) + ']'.repeat(200_000);
  const value: unknown = JSON.parse(text);
  expect(() => JSON.stringify(value)).toThrow(RangeError);
  expect(measureJson(value)).toEqual({ bytes: 400_000, depth: 200_000 });
});
