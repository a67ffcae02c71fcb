import { describe, expect, it } from 'vitest';
import { comparisonChange } from './comparison-change.js';

function listChange(before: readonly string[], after: readonly string[]): string | undefined {
  const about = { a: 'Email', c: 0 };
  return comparisonChange({ before: { ...about, l: before }, after: { ...about, l: after } });
}

function hashChange(before: readonly string[], after: readonly string[]): string | undefined {
  const about = { a: 'Email', c: 22 };
  return comparisonChange({ before: { ...about, l: before }, after: { ...about, l: after } });
}

describe('the change of a list', () => {
  it.each([
    ["'b' was added to User.Email IS ONE OF", ['a'], ['a', 'b']],
    ["'a' and 'b' were removed from User.Email IS ONE OF", ['a', 'b', 'c'], ['c']],
    ["'c' was added to User.Email IS ONE OF; 'a' and 'b' were removed", ['a', 'b'], ['c']],
    ["'a' was added to User.Email IS ONE OF", ['a'], ['a', 'a']],
    ['the values of User.Email IS ONE OF stand in another order', ['a', 'b'], ['b', 'a']],
    [undefined, ['a', 'b'], ['a', 'b']],
  ])('is told by what came and went: %s', (told, before, after) => {
    expect(listChange(before, after)).toBe(told);
  });

  it('names the first ten, and counts the others', () => {
    const many = Array.from({ length: 25 }, (_, n) => `${n}`);
    expect(listChange(many, [])).toBe(
      "'0', '1', '2', '3', '4', '5', '6', '7', '8', '9' and 15 more were removed from User.Email IS ONE OF",
    );
  });
});

describe('the change of hashes', () => {
  it.each([
    ['User.Email STARTS WITH ANY OF now has 1 hashed value; it had 2', ['1_00', '2_11'], ['1_00']],
    ['the hashed value of User.Email STARTS WITH ANY OF changed', ['1_00'], ['1_11']],
    [
      'the values of User.Email STARTS WITH ANY OF stand in another order',
      ['1_00', '2_11'],
      ['2_11', '1_00'],
    ],
    [undefined, ['1_00'], ['1_00']],
  ])('is told by how many there are: %s', (told, before, after) => {
    expect(hashChange(before, after)).toBe(told);
  });

  it('of a single one is told, too', () => {
    const about = { a: 'Email', c: 20 };
    const pair = { before: { ...about, s: '00' }, after: { ...about, s: '11' } };
    expect(comparisonChange(pair)).toBe('the hashed value of User.Email EQUALS changed');
  });
});
