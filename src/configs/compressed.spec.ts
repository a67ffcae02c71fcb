import { randomBytes } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { brotliCompressed, gzipped } from './compressed.js';

describe('compressing', () => {
  it.each([2_000, 300_000])('gives the same content back, of %i bytes', async (size) => {
    const body = Buffer.from('ab€'.repeat(size / 5));
    expect(gunzipSync((await gzipped(body)) ?? '')).toEqual(body);
    expect(brotliDecompressSync((await brotliCompressed(body)) ?? '')).toEqual(body);
  });

  it('leaves small bodies, and those that it makes no smaller, as they are', async () => {
    for (const body of [Buffer.from('ab'.repeat(500)), randomBytes(4_000)]) {
      expect(await gzipped(body)).toBeUndefined();
      expect(await brotliCompressed(body)).toBeUndefined();
    }
  });
});
