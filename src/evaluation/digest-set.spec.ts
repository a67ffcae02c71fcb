import { describe, expect, it } from 'vitest';
import { DigestSet } from './digest-set.js';
import { Hasher } from './hash.js';

const hasher = new Hasher('salt', 'flag');

describe('a digest set', () => {
  it('has what it was made of, and nothing else', () => {
    const values = Array.from({ length: 5000 }, (_, i) => `user-${i}`);
    const set = new DigestSet(values.map((value) => hasher.hash(value)));
    expect(values.every((value) => set.has(hasher.digest(value)))).toBe(true);
    expect(values.some((value) => set.has(hasher.digest(`not ${value}`)))).toBe(false);
  });

  it('never matches items that are no lower-case hash', () => {
    const hash = hasher.hash('a');
    const set = new DigestSet([hash.toUpperCase(), `${hash}00`, hash.slice(2), '', `${hash}\n`]);
    expect(set.has(hasher.digest('a'))).toBe(false);
  });

  it('tells digests apart that begin alike', () => {
    const digest = Int32Array.of(7, 1, 1, 1, 1, 1, 1, 1);
    const hex = Buffer.from(digest.slice().buffer).swap32().toString('hex');
    const set = new DigestSet([hex, hex.replace(/1$/, '2')]);
    expect(set.has(digest)).toBe(true);
    expect(set.has(Int32Array.of(7, 1, 1, 1, 1, 1, 1, 2))).toBe(true);
    expect(set.has(Int32Array.of(7, 1, 1, 1, 1, 1, 1, 3))).toBe(false);
  });

  // The first two were quadratic once: 40,000 took 0.9 s and 0.6 s, and these would not end in time.
  it.each([
    ['one hash many times', () => 'ab'.repeat(32)],
    ['hashes that begin alike', (i: number) => i.toString(16).padStart(64, '0')],
    ['hashes that end alike', (i: number) => i.toString(16).padStart(8, '0').padEnd(64, '0')],
  ])('is made of 200,000 items: %s', (_name, hashAt) => {
    const hashes = Array.from({ length: 200_000 }, (_, i) => hashAt(i));
    const set = new DigestSet(hashes);
    expect(set.has(digestOf(hashAt(199_999)))).toBe(true);
    expect(set.has(digestOf('f'.repeat(64)))).toBe(false);
  });
});

function digestOf(hex: string): Int32Array {
  const bytes = Buffer.from(hex, 'hex');
  return Int32Array.from({ length: 8 }, (_, i) => bytes.readInt32BE(i * 4));
}
