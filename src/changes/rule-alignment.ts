import { commonSubsequence, type IndexPair } from './common-subsequence.js';
import { pairedBy } from './pairing.js';

/** What became of the rules of a flag, by their indexes. */
export interface RuleAlignment {
  /** Equal ones that kept their order. */
  readonly kept: readonly IndexPair[];
  /** Equal ones that stand elsewhere among the others, in the order that they had. */
  readonly moved: readonly IndexPair[];
  /** Different ones that stand between the same kept ones. */
  readonly changed: readonly IndexPair[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

/** A rule that is not kept. */
interface Loose {
  readonly index: number;
  readonly key: string | undefined;
  /** How many kept ones stand before it. */
  readonly gap: number;
}

/** Aligns rules by keys that are equal for equal rules. */
export function alignRules(before: readonly string[], after: readonly string[]): RuleAlignment {
  const kept = commonSubsequence(before, after);
  const moved = pairedBy(
    looseOf(
      before,
      kept.map(([index]) => index),
    ),
    looseOf(
      after,
      kept.map(([, index]) => index),
    ),
    ({ key }) => key,
  );
  // In one gap the first is taken to have become the first.
  const changed = pairedBy(moved.before, moved.after, ({ gap }) => String(gap));
  return {
    kept,
    moved: moved.pairs.map(indexesOf).toSorted(([i], [j]) => i - j),
    changed: changed.pairs.map(indexesOf),
    removed: changed.before.map(({ index }) => index),
    added: changed.after.map(({ index }) => index),
  };
}

function looseOf(keys: readonly string[], kept: readonly number[]): Loose[] {
  const loose: Loose[] = [];
  let gap = 0;
  for (const [index, key] of keys.entries()) {
    if (kept[gap] === index) gap++;
    else loose.push({ index, key, gap });
  }
  return loose;
}

function indexesOf([before, after]: readonly [Loose, Loose]): IndexPair {
  return [before.index, after.index];
}
