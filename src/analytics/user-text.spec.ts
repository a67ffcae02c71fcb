import { describe, expect, it } from 'vitest';
import { userText } from './user-text.js';

describe('a user as text', () => {
  it('is whole where it fits', () => {
    const user = { Identifier: 'ada', age: 21, tags: ['a', 'b'], bio: 'x'.repeat(15_000) };
    expect(userText(user)).toEqual({ json: JSON.stringify(user), cut: undefined });
  });

  it('has short values where it does not, and keeps what is short as it is', () => {
    const { json, cut } = userText({
      Identifier: 'ada',
      bio: 'é'.repeat(20_000),
      tags: Array.from({ length: 30 }, (_, n) => `tag ${n}`),
      words: ['one', 'w'.repeat(400)],
      age: 21,
    });
    expect(JSON.parse(json)).toEqual({
      Identifier: 'ada',
      bio: `${'é'.repeat(300)}…`,
      tags: [...Array.from({ length: 20 }, (_, n) => `tag ${n}`), '… 10 more'],
      words: ['one', `${'w'.repeat(300)}…`],
      age: 21,
    });
    expect(cut).toBe('3 shortened, 0 left out');
  });

  it('leaves attributes out that find no room, and those with endless names', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, n) => [`attribute ${n}`, 'v'.repeat(300)]),
    );
    const { json, cut } = userText({ ['n'.repeat(300)]: 1, ...many });
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(20_002);
    const kept = Object.keys(JSON.parse(json));
    expect(kept[0]).toBe('attribute 0');
    expect(cut).toBe(`0 shortened, ${1_001 - kept.length} left out`);
  });

  it('is counted in bytes of UTF-8, not in characters', () => {
    expect(userText({ bio: '€'.repeat(6_000) }).cut).toBeUndefined();
    expect(userText({ bio: '€'.repeat(7_000) }).cut).toBe('1 shortened, 0 left out');
  });
});
