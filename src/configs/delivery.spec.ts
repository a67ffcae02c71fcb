import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseDelivery, mayBecomeList, type DeliveredAs, type SegmentSize } from './delivery.js';

const SETTINGS = { delivery: 'auto', inlineLimit: 100, inlineTotal: 200 } as const;

const size = (id: string, members: number, over: Partial<SegmentSize> = {}): SegmentSize => ({
  id,
  delivery: 'auto',
  members,
  ...over,
});
const choose = (
  sizes: readonly SegmentSize[],
  before: Record<string, DeliveredAs> = {},
  settings: Parameters<typeof chooseDelivery>[1] = SETTINGS,
) => Object.fromEntries(chooseDelivery(sizes, settings, new Map(Object.entries(before))));

describe('the delivery of an audience', () => {
  it.each([
    [0, 'list'],
    [100, 'list'],
    [101, 'attribute'],
  ])('of %i members is by %s, at a limit of 100', (members, as) => {
    expect(choose([size('a', members)])).toEqual({ a: as });
  });

  it.each([
    [101, 'attribute'],
    [100, 'attribute'],
    [81, 'attribute'],
    [80, 'list'],
  ])('that shrinks to %i is by %s: back below 80 per cent', (members, as) => {
    expect(choose([size('a', members)], { a: 'attribute' })).toEqual({ a: as });
  });

  it('stays a list up to the limit, once it is one', () => {
    expect(choose([size('a', 95)], { a: 'list' })).toEqual({ a: 'list' });
  });

  it('is as the segment says, whatever its size, and else as the options say', () => {
    const sizes = [
      size('a', 1_000, { delivery: 'list' }),
      size('b', 1, { delivery: 'attribute' }),
      size('c', 1),
    ];
    expect(choose(sizes, {}, { ...SETTINGS, delivery: 'attribute' })).toEqual({
      a: 'list',
      b: 'attribute',
      c: 'attribute',
    });
  });
});

describe('lists that are too long together', () => {
  it('lose the largest first, and no more of them than needed', () => {
    const sizes = [size('a', 40), size('b', 90), size('c', 60), size('d', 50)];
    expect(choose(sizes)).toEqual({ a: 'list', b: 'attribute', c: 'list', d: 'list' });
  });

  it('may be as long as the bound', () => {
    expect(choose([size('a', 100), size('b', 100)])).toEqual({ a: 'list', b: 'list' });
  });

  it('keep what a segment is to be, at the cost of the others', () => {
    const sizes = [size('a', 190, { delivery: 'list' }), size('b', 20), size('c', 5)];
    expect(choose(sizes)).toEqual({ a: 'list', b: 'attribute', c: 'list' });
  });

  it('do not flap: one that went comes back only with room to spare', () => {
    const before = { a: 'attribute', b: 'list', c: 'list' } as const;
    const others = [size('b', 70), size('c', 40)];
    expect(choose([size('a', 80), ...others], before)['a']).toBe('attribute');
    expect(choose([size('a', 51), ...others], before)['a']).toBe('attribute');
    expect(choose([size('a', 50), ...others], before)['a']).toBe('list');
  });

  it('are the same whatever the order of the segments', () => {
    const sizes = [size('a', 90), size('b', 80), size('c', 70), size('d', 10)];
    expect(choose(sizes.toReversed())).toEqual(choose(sizes));
  });
});

describe('a choice', () => {
  it('that is made again by the same sizes is the same, or replicas would never settle', () => {
    const delivery = fc.constantFrom('auto', 'list', 'attribute');
    const members = fc.nat({ max: 120 });
    const before = fc.constantFrom('list', 'attribute');
    fc.assert(
      fc.property(fc.array(fc.record({ delivery, members, before }), { maxLength: 8 }), (drawn) => {
        const sizes = drawn.map((one, n) => size(`${n}`, one.members, { delivery: one.delivery }));
        const first = choose(sizes, Object.fromEntries(drawn.map((one, n) => [n, one.before])));
        expect(choose(sizes, first)).toEqual(first);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a segment by attribute', () => {
  it('may become a list at 80 per cent, or where it is to be one', () => {
    expect(mayBecomeList(size('a', 80), SETTINGS)).toBe(true);
    expect(mayBecomeList(size('a', 81), SETTINGS)).toBe(false);
    expect(mayBecomeList(size('a', 81, { delivery: 'list' }), SETTINGS)).toBe(true);
    expect(mayBecomeList(size('a', 1, { delivery: 'attribute' }), SETTINGS)).toBe(false);
  });
});
