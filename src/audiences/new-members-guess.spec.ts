import { describe, expect, it } from 'vitest';
import { NewMembersGuess } from './new-members-guess.js';

const rowsOf = (audienceId: number, count = 100) =>
  Array.from({ length: count }, () => ({ audienceId, isMember: true }));

describe('the guess that members are new', () => {
  it('is made for many that enter', () => {
    const guess = new NewMembersGuess();
    expect(guess.isLikely(rowsOf(1))).toBe(true);
    expect(guess.isLikely(rowsOf(1, 99))).toBe(false);
    expect(guess.isLikely([...rowsOf(1), { audienceId: 1, isMember: false }])).toBe(false);
  });

  it('is made ever less often of an audience where it is wrong, at last of one flush in 65', () => {
    const guess = new NewMembersGuess();
    const gaps: number[] = [];
    let gap = 0;
    while (gaps.length < 9) {
      if (guess.isLikely(rowsOf(1))) {
        guess.learn(rowsOf(1), false);
        gaps.push(gap);
        gap = 0;
      } else {
        gap += 1;
      }
    }
    expect(gaps).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 64]);
  });

  it('is made again at once where it was right', () => {
    const guess = new NewMembersGuess();
    guess.learn(rowsOf(1), false);
    expect(guess.isLikely(rowsOf(1))).toBe(false);
    expect(guess.isLikely(rowsOf(1))).toBe(true);
    guess.learn(rowsOf(1), true);
    expect(guess.isLikely(rowsOf(1))).toBe(true);
  });

  it('is made of no flush that holds a doubtful audience among others', () => {
    const guess = new NewMembersGuess();
    guess.learn(rowsOf(1), false);
    expect(guess.isLikely([...rowsOf(2), ...rowsOf(1, 1)])).toBe(false);
    expect(guess.isLikely(rowsOf(2))).toBe(true);
  });

  it('forgets the oldest doubt rather than remember any number of audiences', () => {
    const guess = new NewMembersGuess();
    for (let flush = 0; flush < 101; flush += 1) {
      guess.learn(
        Array.from({ length: 100 }, (_, n) => ({ audienceId: flush * 100 + n, isMember: true })),
        false,
      );
    }
    expect(guess.isLikely(rowsOf(0))).toBe(true);
    expect(guess.isLikely(rowsOf(99))).toBe(true);
    expect(guess.isLikely(rowsOf(100))).toBe(false);
  });
});
