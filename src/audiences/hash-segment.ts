/** Slots of a segment. All segments are of one size: doubling tables take twice their memory while they grow. */
const SLOTS = 16_384;
const MASK = SLOTS - 1;
/** Past this share of full slots, linear probing grows long. */
const MOST_USED = Math.floor(SLOTS * 0.88);

/** While a segment is split, what it held; one at a time, so one buffer serves them all. */
const scratch = new Int32Array(SLOTS * 2);

/**
 * A set of up to 14,417 pairs of 32-bit lanes, by open addressing with linear probing. The pair
 * (0, 0) marks an empty slot and can't be held.
 */
export class HashSegment {
  private readonly lanes = new Int32Array(SLOTS * 2);
  private used = 0;

  constructor(
    /** How many of the top bits of `high` all pairs of this segment share. */
    public depth: number,
  ) {}

  get size(): number {
    return this.used;
  }

  get isFull(): boolean {
    return this.used >= MOST_USED;
  }

  has(high: number, low: number): boolean {
    return this.find(high, low) >= 0;
  }

  /** @returns whether it was not there before. The segment must not be full. */
  add(high: number, low: number): boolean {
    const place = this.find(high, low);
    if (place >= 0) {
      return false;
    }
    this.lanes[~place] = high;
    this.lanes[~place + 1] = low;
    this.used += 1;
    return true;
  }

  /** @returns whether it was there. */
  remove(high: number, low: number): boolean {
    const place = this.find(high, low);
    if (place < 0) {
      return false;
    }
    this.closeGap(place >> 1);
    this.used -= 1;
    return true;
  }

  /** Moves the pairs whose next top bit is one into a new segment; both are a bit deeper then. */
  split(): HashSegment {
    const bit = 31 - this.depth;
    this.depth += 1;
    const other = new HashSegment(this.depth);
    scratch.set(this.lanes);
    this.lanes.fill(0);
    this.used = 0;
    for (let at = 0; at < scratch.length; at += 2) {
      const high = scratch[at] ?? 0;
      const low = scratch[at + 1] ?? 0;
      if ((high | low) !== 0) {
        (((high >>> bit) & 1) === 1 ? other : this).add(high, low);
      }
    }
    return other;
  }

  /** The index of the pair's first lane; the complement of that of an empty slot where it is not there. */
  private find(high: number, low: number): number {
    const { lanes } = this;
    for (let slot = low & MASK; ; slot = (slot + 1) & MASK) {
      const at = slot << 1;
      const a = lanes[at] ?? 0;
      const b = lanes[at + 1] ?? 0;
      if (a === high && b === low) return at;
      if ((a | b) === 0) return ~at;
    }
  }

  /** Backward shift: what stands further from its place than the gap moves into it, and no tombstone is needed. */
  private closeGap(gap: number): void {
    const { lanes } = this;
    for (let slot = (gap + 1) & MASK; ; slot = (slot + 1) & MASK) {
      const high = lanes[slot << 1] ?? 0;
      const low = lanes[(slot << 1) + 1] ?? 0;
      if ((high | low) === 0) break;
      const distance = (slot - (low & MASK)) & MASK;
      if (distance >= ((slot - gap) & MASK)) {
        lanes[gap << 1] = high;
        lanes[(gap << 1) + 1] = low;
        gap = slot;
      }
    }
    lanes[gap << 1] = 0;
    lanes[(gap << 1) + 1] = 0;
  }
}
