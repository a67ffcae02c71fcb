import { describe, expect, it } from 'vitest';
import { readSegmentFile } from './segment-file.js';

const read = (text: string) => readSegmentFile(text, 'file.yml');

describe('a file of segments', () => {
  it('names what a product is to have, complete with what the API takes for granted', () => {
    const file = read(`
product: shop
segments:
  - name: Beta
    comparisonAttribute: Email
    comparator: isOneOf
    comparisonValue: a@x, b@x
  - name: Power
    overlay: false
    audience: { destination: engage, computationId: aud_1 }
  - name: Old
    delete: true
`);
    expect(file).toEqual({
      product: 'shop',
      segments: [
        {
          name: 'Beta',
          fields: {
            description: '',
            overlay: true,
            comparisonAttribute: 'Email',
            comparator: 'isOneOf',
            comparisonValue: 'a@x, b@x',
          },
        },
        {
          name: 'Power',
          fields: {
            description: '',
            overlay: false,
            delivery: 'auto',
            audience: { destination: 'engage', computationId: 'aud_1' },
          },
        },
      ],
      deleted: ['Old'],
    });
  });

  it('may hold a copy of what the API answers', () => {
    const copy = 'segmentId: x, product: shop, version: 3, usage: [a], createdAt: y, updatedBy: z';
    const { segments } = read(
      `{ product: shop, segments: [{ name: B, audience: { id: "7" }, ${copy} }] }`,
    );
    expect(Object.keys(segments[0]?.fields ?? {}).toSorted()).toEqual([
      'audience',
      'delivery',
      'description',
      'overlay',
    ]);
  });

  it('may be JSON', () => {
    expect(read('{"product":"shop","segments":[]}')).toEqual({
      product: 'shop',
      segments: [],
      deleted: [],
    });
  });

  it('is refused with all that is wrong in it', () => {
    const bad = `
product: 7
prune: true
segments:
  - name: A
    comparisonValue: 1.10
    comparater: isOneOf
  - name: A
    delete: yes please
  - 5
  - product: other
`;
    expect(() => read(bad)).toThrow(
      [
        "file.yml can't be applied:",
        'prune: is not known here',
        'product: must be the name of a product',
        'segments[0].comparater: is not known here',
        'segments[0].comparisonValue: must be text: put it in quotes',
        'segments[1].delete: must be true or false',
        'segments[2]: must be a mapping',
        'segments[3].name: must be text',
        'segments[3].product: is not that of the file',
        'segments: "A" stands there twice',
      ].join('\n  '),
    );
  });

  it.each([
    ['', 'must be a mapping'],
    ['- a', 'must be a mapping'],
    ['product: a', 'segments: must be a list'],
    ['product: "a', /no YAML: line 1/],
    ['product: a\n---\nproduct: b', 'several YAML documents'],
    ['product: *nothing\nsegments: []', 'alias'],
  ])('is not %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
