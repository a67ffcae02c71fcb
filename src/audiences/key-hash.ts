/** Bytes that a key may take at first; the buffer grows with longer ones. */
const SCRATCH_BYTES = 4_096;

/**
 * HalfSipHash-1-3 with 64 bits of output, under a secret seed: member keys come from outside, and
 * whoever could choose keys that collide would slow every look-up down. (An unkeyed mixing of the
 * same words is a quarter faster, and can be made to collide.) A text hashes as its UTF-8 does.
 *
 * The answer is left in `high` and `low`, two signed 32-bit lanes, so that a look-up makes no garbage.
 */
export class KeyHash {
  high = 0;
  low = 0;
  private v0 = 0;
  private v1 = 0;
  private v2 = 0;
  private v3 = 0;
  private readonly encoder = new TextEncoder();
  private scratch = new Uint8Array(SCRATCH_BYTES);

  /** Two words that nobody outside of this process knows. */
  constructor(
    private readonly seed0: number,
    private readonly seed1: number,
  ) {}

  hash(key: string): void {
    if (!this.hashAscii(key)) {
      this.hashUtf8(key);
    }
  }

  /** The bytes from `start` up to `end`. */
  hashBytes(bytes: Uint8Array, start: number, end: number): void {
    this.begin();
    const last = end - ((end - start) & 3);
    let at = start;
    for (; at < last; at += 4) {
      this.mix(
        byteAt(bytes, at) |
          (byteAt(bytes, at + 1) << 8) |
          (byteAt(bytes, at + 2) << 16) |
          (byteAt(bytes, at + 3) << 24),
      );
    }
    let rest = (end - start) << 24;
    for (let shift = 0; at < end; at += 1, shift += 8) {
      rest |= byteAt(bytes, at) << shift;
    }
    this.finish(rest);
  }

  /** @returns false, with nothing to rely on, when the text is not all ASCII. */
  private hashAscii(key: string): boolean {
    const { length } = key;
    const last = length & ~3;
    let seen = 0;
    let at = 0;
    this.begin();
    for (; at < last; at += 4) {
      const a = key.charCodeAt(at);
      const b = key.charCodeAt(at + 1);
      const c = key.charCodeAt(at + 2);
      const d = key.charCodeAt(at + 3);
      seen |= a | b | c | d;
      this.mix(a | (b << 8) | (c << 16) | (d << 24));
    }
    let rest = length << 24;
    for (let shift = 0; at < length; at += 1, shift += 8) {
      const code = key.charCodeAt(at);
      seen |= code;
      rest |= code << shift;
    }
    this.finish(rest);
    return seen < 0x80;
  }

  private hashUtf8(key: string): void {
    // No UTF-16 unit needs more than three bytes.
    if (this.scratch.length < key.length * 3) {
      this.scratch = new Uint8Array(key.length * 3);
    }
    const { written } = this.encoder.encodeInto(key, this.scratch);
    this.hashBytes(this.scratch, 0, written);
  }

  private begin(): void {
    this.v0 = this.seed0;
    this.v1 = this.seed1 ^ 0xee;
    this.v2 = this.seed0 ^ 0x6c796765;
    this.v3 = this.seed1 ^ 0x74656462;
  }

  private mix(word: number): void {
    this.v3 ^= word;
    this.round();
    this.v0 ^= word;
  }

  private finish(lastWord: number): void {
    this.mix(lastWord);
    this.v2 ^= 0xee;
    this.round();
    this.round();
    this.round();
    this.high = this.v1 ^ this.v3;
    this.v1 ^= 0xdd;
    this.round();
    this.round();
    this.round();
    this.low = this.v1 ^ this.v3;
  }

  private round(): void {
    let { v0, v1, v2, v3 } = this;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    this.v0 = v0;
    this.v1 = v1;
    this.v2 = v2;
    this.v3 = v3;
  }
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
