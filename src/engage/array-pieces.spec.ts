import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayPieces } from './array-pieces.js';

const read = (text: string) => [...(arrayPieces(Buffer.from(text)) ?? [])];
const elementsOf = (text: string) => read(text).flat();

/** About a kilobyte, so that a piece has some of them. */
const event = (n: number, over: object = {}) => ({
  context: { traits: { note: 'x'.repeat(900) } },
  userId: `user_${n}`,
  ...over,
});
const batch = (count: number, over: (n: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, n) => event(n, over(n)));

describe('arrayPieces', () => {
  it.each([0, 1, 16, 17, 18, 100])('reads %i events as JSON.parse does', (count) => {
    const events = batch(count);
    expect(count === 0 ? [] : elementsOf(JSON.stringify(events))).toEqual(events);
  });

  it('gives a large array in pieces', () => {
    expect(read(JSON.stringify(batch(100))).length).toBeGreaterThan(4);
  });

  it.each(['', '{}', '[]', '[1,{"a":1}]', '[[{"a":1}]]', '"["'])(
    'leaves %j, which is no array of objects, to others',
    (text) => {
      expect(arrayPieces(Buffer.from(text))).toBeUndefined();
    },
  );

  it('is not misled by what looks like the start of an element', () => {
    const trap = '},{"context":{"traits":';
    const events = batch(60, () => ({
      text: trap.repeat(30),
      nested: [{ context: { traits: 1 } }, { context: { traits: 2 } }],
    }));
    expect(elementsOf(JSON.stringify(events))).toEqual(events);
  });

  it('reads white space between elements, where no mark stands', () => {
    const events = batch(40);
    expect(elementsOf(JSON.stringify(events, null, 2))).toEqual(events);
    expect(elementsOf(` \n${JSON.stringify(events)}\r\n`)).toEqual(events);
  });

  it('reads characters of several bytes on both sides of a cut', () => {
    const events = batch(60, (n) => ({ name: `Zoë 🚀 ${n}`, '🚀': 'ü' }));
    expect(elementsOf(JSON.stringify(events))).toEqual(events);
  });

  it.each([
    ['ends too early', (text: string) => text.slice(0, -1)],
    ['goes on behind its end', (text: string) => `${text}]`],
    ['has two arrays', (text: string) => `${text},${text}`],
    ['lacks a comma', (text: string) => text.replaceAll('},{', '}{')],
    ['has a comma too many', (text: string) => text.replace('},{"context"', '},,{"context"')],
    ['is broken near its end', (text: string) => `${text.slice(0, -20)}${text.slice(-15)}`],
  ])('throws where the text %s', (_name, damage) => {
    expect(() => read(damage(JSON.stringify(batch(50))))).toThrow(SyntaxError);
  });

  it('reads whatever JSON.parse reads, and nothing else', () => {
    const element = fc.dictionary(fc.string(), fc.jsonValue());
    const arrays = fc.tuple(fc.array(element, { minLength: 1 }), fc.nat(60)).map(
      // Padded to the size of a piece, so that small arrays are cut too.
      ([elements, size]) => elements.map((each) => ({ pad: 'x'.repeat(size * 300), ...each })),
    );
    const edits = fc.option(fc.tuple(fc.nat(), fc.constantFrom('', ',', '}', ']', '"', '{')));
    fc.assert(
      fc.property(arrays, edits, (elements, edit) => {
        const whole = JSON.stringify(elements);
        const at = edit === null ? 0 : edit[0] % whole.length;
        const text = edit === null ? whole : whole.slice(0, at) + edit[1] + whole.slice(at + 1);
        const pieces = arrayPieces(Buffer.from(text));
        if (pieces === undefined) return;
        expect(outcome(() => [...pieces].flat())).toEqual(outcome(() => JSON.parse(text)));
      }),
      { numRuns: 500 },
    );
  });
});

function outcome(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch (error) {
    return { isSyntaxError: error instanceof SyntaxError };
  }
}
