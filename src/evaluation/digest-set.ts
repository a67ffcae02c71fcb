import type { Digest } from './sha256.js';

const WORDS = 8;
const LOWER_HEX = /^[0-9a-f]{64}$/;

/**
 * Hashes of a hashed list, 32 bytes each, found by their own bits. Items that are no lower-case
 * SHA-256 never match anything, so they are left out.
 */
export class DigestSet {
  private readonly digests: Int32Array;
  /** 1 + the index of a digest, or 0; at most half full. */
  private readonly table: Int32Array;
  private readonly mask: number;

  constructor(items: readonly string[]) {
    const hashes = items.filter((item) => LOWER_HEX.test(item));
    this.digests = parse(hashes);
    const size = 2 ** Math.ceil(Math.log2(hashes.length * 2 + 1));
    this.table = new Int32Array(size);
    this.mask = size - 1;
    for (let i = 0; i < hashes.length; i++) this.insert(i);
  }

  has(digest: Digest): boolean {
    let slot = startOf(digest) & this.mask;
    for (;;) {
      const entry = this.table[slot]!;
      if (entry === 0) return false;
      if (this.isAt(entry - 1, digest)) return true;
      slot = (slot + 1) & this.mask;
    }
  }

  /** Adds a digest unless it is there: a list of 40,000 equal ones took 0.9 s without that look. */
  private insert(index: number): void {
    const start = index * WORDS;
    const digest = this.digests.subarray(start, start + WORDS);
    let slot = startOf(digest) & this.mask;
    for (;;) {
      const entry = this.table[slot]!;
      if (entry === 0) break;
      if (this.isAt(entry - 1, digest)) return;
      slot = (slot + 1) & this.mask;
    }
    this.table[slot] = index + 1;
  }

  private isAt(index: number, digest: Digest): boolean {
    const start = index * WORDS;
    for (let i = 0; i < WORDS; i++) if (this.digests[start + i] !== digest[i]) return false;
    return true;
  }
}

/**
 * Where the search for a digest starts, before it is cut to the size of the table. A list may hold
 * whatever its author likes, such as many that begin alike, so each word has its say.
 */
function startOf(digest: Digest): number {
  const first = digest[0]! ^ digest[1]! ^ digest[2]! ^ digest[3]!;
  const all = first ^ digest[4]! ^ digest[5]! ^ digest[6]! ^ digest[7]!;
  const mixed = Math.imul(all, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

function parse(hashes: readonly string[]): Int32Array {
  const bytes = Buffer.from(hashes.join(''), 'hex');
  const words = new Int32Array(bytes.length / 4);
  for (let i = 0; i < words.length; i++) words[i] = bytes.readInt32BE(i * 4);
  return words;
}
