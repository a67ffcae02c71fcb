import { describe, expect, it } from 'vitest';
import { alignRules } from './rule-alignment.js';

const NOTHING = { kept: [], moved: [], changed: [], removed: [], added: [] };

describe('the alignment of rules', () => {
  it('keeps equal rules in their order, whatever is inserted between', () => {
    expect(alignRules(['a', 'b'], ['x', 'a', 'y', 'b'])).toEqual({
      ...NOTHING,
      kept: [
        [0, 1],
        [1, 3],
      ],
      added: [0, 2],
    });
  });

  it('takes different rules between the same neighbours to have changed, the first into the first', () => {
    expect(alignRules(['a', '1', '2', '3', 'b'], ['a', '4', '5', 'b'])).toEqual({
      ...NOTHING,
      kept: [
        [0, 0],
        [4, 3],
      ],
      changed: [
        [1, 1],
        [2, 2],
      ],
      removed: [3],
    });
  });

  it('takes an equal rule that stands elsewhere to have moved', () => {
    expect(alignRules(['a', 'b', 'c', 'd', 'e'], ['d', 'a', 'b', 'x', 'e'])).toEqual({
      kept: [
        [0, 1],
        [1, 2],
        [4, 4],
      ],
      moved: [[3, 0]],
      changed: [[2, 3]],
      removed: [],
      added: [],
    });
  });

  it('takes each of several equal rules for one', () => {
    const { moved, removed, ...rest } = alignRules(['a', 'b', 'b', 'b'], ['b', 'b', 'a']);
    expect([rest.kept.length, moved.length, removed.length]).toEqual([2, 1, 1]);
  });
});
