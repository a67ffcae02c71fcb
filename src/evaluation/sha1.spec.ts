import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PrefixedSha1 } from './sha1.js';

describe('the bucket of a percentage', () => {
  it.each([
    ['a', 98],
    ['b', 13],
    ['c', 94],
    ['d', 53],
    ['1', 23],
    ['', 41],
    ['é', 81],
    ['user@x.com', 67],
  ])('of %j under "flag" is %i', (text, bucket) => {
    expect(new PrefixedSha1('flag').start(text) % 100).toBe(bucket);
  });

  it('is that of SHA-1 for all lengths of key and text', () => {
    for (let key = 0; key < 60; key++) {
      const sha1 = new PrefixedSha1('k'.repeat(key));
      for (let text = 0; text < 60; text++) {
        const message = 'k'.repeat(key) + 't'.repeat(text);
        const digest = createHash('sha1').update(message).digest();
        expect(sha1.start('t'.repeat(text))).toBe(digest.readUInt32BE(0) >>> 4);
      }
    }
  });

  it('joins key and text before they are encoded', () => {
    const digest = createHash('sha1').update('😀').digest();
    expect(new PrefixedSha1('\ud83d').start('\ude00')).toBe(digest.readUInt32BE(0) >>> 4);
  });
});
