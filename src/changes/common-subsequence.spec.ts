import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonSubsequence, type IndexPair } from './common-subsequence.js';

/** The length of a longest common subsequence, by the table of all prefixes. */
function longest(a: readonly string[], b: readonly string[]): number {
  const table = [...a, ''].map(() => Array<number>(b.length + 1).fill(0));
  a.forEach((item, i) =>
    b.forEach((other, j) => {
      const [row, next] = [table[i] ?? [], table[i + 1] ?? []];
      next[j + 1] = item === other ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0);
    }),
  );
  return table[a.length]?.[b.length] ?? 0;
}

function isAscending(pairs: readonly IndexPair[]): boolean {
  return pairs.every(([i, j], n) => {
    const [before, after] = pairs[n - 1] ?? [-1, -1];
    return i > before && j > after;
  });
}

const sequence = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });

describe('the common subsequence', () => {
  it('is the longest, of equal items that ascend in both', () => {
    fc.assert(
      fc.property(sequence, sequence, (before, after) => {
        const pairs = commonSubsequence(before, after);
        expect(pairs).toHaveLength(longest(before, after));
        expect(isAscending(pairs)).toBe(true);
        for (const [i, j] of pairs) expect(before[i]).toBe(after[j]);
      }),
      { numRuns: 2000 },
    );
  });

  it('of one that is inserted is all the others', () => {
    expect(commonSubsequence(['a', 'b'], ['a', 'x', 'b'])).toEqual([
      [0, 0],
      [1, 2],
    ]);
  });

  it('still is one where equal items repeat too often to look at all their pairs', () => {
    const before = Array.from({ length: 20_000 }, (_, n) => (n % 2 === 0 ? 'a' : 'b'));
    const pairs = commonSubsequence(before, before.toSorted());
    expect(isAscending(pairs)).toBe(true);
    expect(pairs.length).toBeGreaterThanOrEqual(10_000);
  });
});
