import { describe, expect, it } from 'vitest';
import { firstElement, membersOf, valueSpan, type Span } from './json-spans.js';

const bytes = (text: string) => Buffer.from(text);
const cut = (json: Buffer, span: Span | undefined) =>
  span === undefined ? undefined : json.toString('utf8', span.start, span.end);
const members = (text: string) => {
  const json = bytes(text);
  return [...membersOf(json, 0)].map(({ name, value }) => [cut(json, name), cut(json, value)]);
};

describe('valueSpan', () => {
  it.each([
    [' {"a":[1,{"b":"]}"}]} ,', '{"a":[1,{"b":"]}"}]}'],
    ['"a\\"b\\\\" :', '"a\\"b\\\\"'],
    ['-1.5e3,2', '-1.5e3'],
    ['\n\ttrue]', 'true'],
    ['null', 'null'],
    ['[]]', '[]'],
    ['{"é🎈":"}"}x', '{"é🎈":"}"}'],
  ])('of %j is %j', (text, value) => {
    const json = bytes(text);
    expect(cut(json, valueSpan(json, 0))).toBe(value);
  });

  it.each(['', '  ', '{', '[1', '"a', '"a\\', '{"a":"}', ',', ']'])('of %j is none', (text) => {
    expect(valueSpan(bytes(text), 0)).toBeUndefined();
  });

  it('of eight million brackets takes no stack', () => {
    const half = 4_000_000;
    const json = bytes('['.repeat(half) + ']'.repeat(half));
    expect(valueSpan(json, 0)).toEqual({ start: 0, end: json.length });
    expect(valueSpan(bytes('['.repeat(half)), 0)).toBeUndefined();
  });
});

describe('firstElement', () => {
  it.each([
    ['[ {"a":1} , 2]', '{"a":1}'],
    ['["]"]', '"]"'],
    ['[[1],2]', '[1]'],
    ['[]', undefined],
    ['[ ]', undefined],
    ['{"a":1}', undefined],
    ['[', undefined],
  ])('of %j is %j', (text, element) => {
    const json = bytes(text);
    expect(cut(json, firstElement(json, 0))).toBe(element);
  });
});

describe('membersOf', () => {
  it('finds names and values with white space between, in their order', () => {
    expect(members('{ "a" : 1 ,\n"b\\"":{"a":2}, "a":"," }')).toEqual([
      ['"a"', '1'],
      ['"b\\""', '{"a":2}'],
      ['"a"', '","'],
    ]);
  });

  it('leaves nothing between the members but their commas', () => {
    const json = bytes('{ "a" : 1 ,\n"b":2 }');
    const parts = [...membersOf(json, 0)].map((member) => cut(json, member));
    expect(`{${parts.join(',')}}`).toBe(json.toString());
  });

  it.each(['{}', '{ }', '[]', '', '7', '{1:2}', '{"a"}', '{"a" 1}', '{"a":', '{"a":}'])(
    'finds none in %j',
    (text) => {
      expect(members(text)).toEqual([]);
    },
  );

  it('ends where the text is no object any more', () => {
    expect(members('{"a":1,b:2}')).toEqual([['"a"', '1']]);
  });
});
