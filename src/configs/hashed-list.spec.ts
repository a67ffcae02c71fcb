import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { hashText } from '../evaluation/hash.js';
import { HashedList } from './hashed-list.js';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a hashed list', () => {
  it('holds the salted hash of each member, in one order whatever theirs', () => {
    const list = new HashedList('salt', 'VIP');
    const expected = ['ada', 'bob', 'é'].map((member) => hash(`${member}saltVIP`)).toSorted();
    expect(list.hashesOf(new Set(['é', 'bob', 'ada']))).toEqual(expected);
    expect(new HashedList('salt', 'VIP').hashesOf(new Set(['ada', 'é', 'bob']))).toEqual(expected);
  });

  it('follows who comes and goes', () => {
    const list = new HashedList('', 'VIP');
    expect(list.hashesOf(new Set(['ada']))).toEqual([hash('adaVIP')]);
    expect(list.hashesOf(new Set(['bob']))).toEqual([hash('bobVIP')]);
    expect(list.hashesOf(new Set())).toEqual([]);
    expect(list.hashesOf(new Set(['ada']))).toEqual([hash('adaVIP')]);
  });

  it('hashes nobody again who was in it before', () => {
    const counted = vi.fn<typeof hashText>(hashText);
    const list = new HashedList('salt', 'VIP', counted);
    list.hashesOf(new Set(['ada', 'bob']));
    counted.mockClear();
    list.hashesOf(new Set(['bob', 'ada']));
    expect(counted).not.toHaveBeenCalled();
    list.hashesOf(new Set(['ada', 'eve']));
    expect(counted.mock.calls.map(([member]) => member)).toEqual(['eve']);
  });
});
