import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { keepNewest, type MembershipRow } from '../../src/engage/keep-newest.js';

const row: fc.Arbitrary<MembershipRow> = fc.record({
  audienceId: fc.nat(2),
  memberKey: fc.constantFrom('a', 'b', '__proto__'),
  isMember: fc.boolean(),
  eventAt: fc.nat(4),
});
const rows = fc.array(row, { maxLength: 60 });

/** All rows of one audience and member, by comparing each with each. */
function rivals(all: readonly MembershipRow[], one: MembershipRow): readonly MembershipRow[] {
  return all.filter((r) => r.audienceId === one.audienceId && r.memberKey === one.memberKey);
}

/** What the contract says of a row among its rivals, in its words. */
function verdict(all: readonly MembershipRow[], one: MembershipRow): 'stale' | 'newest' {
  const same = rivals(all, one);
  const newest = Math.max(...same.map((r) => r.eventAt));
  const isLeft = same.some((r) => r.eventAt === newest && !r.isMember);
  return one.eventAt === newest && one.isMember === !isLeft ? 'newest' : 'stale';
}

const sorted = (all: readonly MembershipRow[]) => all.map((r) => JSON.stringify(r)).toSorted();

it('one row of the newest is kept, its repetitions are unchanged, the rest is stale', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const { kept, stale, unchanged } = keepNewest(all);
      expect(stale).toEqual(all.filter((r) => verdict(all, r) === 'stale'));
      expect(kept.length + unchanged.length).toBe(all.length - stale.length);
      const members = new Set(all.map((r) => `${r.audienceId} ${r.memberKey}`));
      expect(new Set(kept.map((r) => `${r.audienceId} ${r.memberKey}`))).toEqual(members);
      expect(kept).toHaveLength(members.size);
      for (const r of unchanged) expect(kept).toContainEqual(r);
    }),
    { numRuns: 500 },
  );
});

it('what is kept does not depend on the order', () => {
  const shuffled = rows.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      expect(sorted(keepNewest(all).kept)).toEqual(sorted(keepNewest(other).kept));
    }),
  );
});
