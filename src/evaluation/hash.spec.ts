import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Hasher, hashText } from './hash.js';
import type { Digest } from './sha256.js';

function hexOf(digest: Digest | undefined): string | undefined {
  return digest && Buffer.from(digest.slice().buffer).swap32().toString('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('hashing', () => {
  it('is SHA-256 over value, salt and context', () => {
    expect(hashText('a', 'salt', 'flag')).toBe(sha256('asaltflag'));
  });

  it('gives the digest of the hash for all lengths, in one block and in more', () => {
    for (let length = 0; length < 140; length++) {
      const value = 'abcdefghij'.repeat(14).slice(0, length);
      for (const context of ['', 'k', 'key', 'flag', 'a longer key']) {
        const hasher = new Hasher('salt', context);
        expect(hexOf(hasher.digest(value))).toBe(hasher.hash(value));
      }
    }
  });

  it('tells lone surrogates apart, which Node encodes alike', () => {
    expect(hashText('\ud83d', 's', 'c')).not.toBe(hashText('\ud83e', 's', 'c'));
    expect(hashText('\ud83d', '\ude00', '')).not.toBe(sha256('😀'));
  });

  it('hashes slices of bytes, also within a character', () => {
    const hasher = new Hasher('s', 'c');
    const start = hasher.slices('é!', true);
    const end = hasher.slices('abc', false);
    expect(hexOf(start(1))).toBe(createHash('sha256').update('\xc3sc', 'latin1').digest('hex'));
    expect(hexOf(start(3))).toBe(hasher.hash('é!'));
    expect(hexOf(end(2))).toBe(hasher.hash('bc'));
    expect(end(4)).toBeUndefined();
  });
});
