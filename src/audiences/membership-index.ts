import { randomBytes } from 'node:crypto';
import { HashSegment } from './hash-segment.js';
import { KeyHash } from './key-hash.js';

/**
 * Who is in which audience, in memory: 64 bits of a keyed hash for each membership, 13 bytes of
 * memory on average. Someone who is not a member passes for one with a chance of at most n x 2^-64.
 *
 * Extendible hashing: a directory over the top bits of one lane points to segments of one size, and a
 * full segment splits alone; so growth never pauses for longer than one split (under a millisecond),
 * and never holds two copies of a large table.
 */
export class MembershipIndex {
  private readonly hash: KeyHash;
  private readonly audiences = new Map<number, AudienceLanes>();
  private directory: HashSegment[] = [new HashSegment(0)];
  private depth = 0;
  private lanesMade = 0;
  /** All flags of one user ask for the same key. */
  private lastKey: string | undefined;

  /** `seed`: 8 bytes, a secret of the process. */
  constructor(seed: Buffer = randomBytes(8)) {
    this.hash = new KeyHash(seed.readInt32LE(0), seed.readInt32LE(4));
  }

  has(audienceId: number, memberKey: string): boolean {
    const audience = this.audiences.get(audienceId);
    if (audience === undefined || audience.count === 0) {
      return false;
    }
    this.hashKey(memberKey);
    const high = this.hash.high ^ audience.high;
    return this.segmentOf(high).has(high, lowOf(high, this.hash.low ^ audience.low));
  }

  /** Memberships of all audiences. */
  get size(): number {
    let size = 0;
    for (const { count } of this.audiences.values()) size += count;
    return size;
  }

  /** All that takes room, also what nobody sees yet, or any more. */
  get held(): number {
    return [...new Set(this.directory)].reduce((sum, segment) => sum + segment.size, 0);
  }

  /** How many members an audience has; exact. */
  count(audienceId: number): number {
    return this.audiences.get(audienceId)?.count ?? 0;
  }

  /** @returns whether that changed anything. */
  set(audienceId: number, memberKey: string, isMember: boolean): boolean {
    const audience = this.audiences.get(audienceId) ?? this.addAudience(audienceId);
    this.hashKey(memberKey);
    return this.setHashed(audience, isMember);
  }

  /** A member whose key's UTF-8 stands in a text, a byte a unit: what a load has, without a text for each key. */
  addUtf8(audienceId: number, text: string, start: number, end: number): void {
    const audience = this.audiences.get(audienceId) ?? this.addAudience(audienceId);
    this.lastKey = undefined;
    this.hash.hashUtf8(text, start, end);
    this.setHashed(audience, true);
  }

  /** Room for members that are in no audience yet, and that nobody sees. */
  newLanes(): AudienceLanes {
    this.lanesMade += 1;
    return this.lanesNamed(`lanes ${this.lanesMade}`);
  }

  /** As `set`, but among members that nobody sees. */
  setIn(lanes: AudienceLanes, memberKey: string, isMember: boolean): void {
    this.hashKey(memberKey);
    this.setHashed(lanes, isMember);
  }

  /** As `setIn`, with a key as `addUtf8` takes it. */
  setUtf8In(lanes: AudienceLanes, isMember: boolean, key: Utf8Key): void {
    this.lastKey = undefined;
    this.hash.hashUtf8(key.text, key.start, key.end);
    this.setHashed(lanes, isMember);
  }

  /**
   * From now on these are the audience's members, all at once.
   * @returns those it had; nobody sees them any more, and whoever has their keys should take them out.
   */
  show(audienceId: number, lanes: AudienceLanes): AudienceLanes | undefined {
    const before = this.audiences.get(audienceId);
    this.audiences.set(audienceId, lanes);
    return before;
  }

  private hashKey(key: string): void {
    if (key !== this.lastKey) {
      this.hash.hash(key);
      this.lastKey = key;
    }
  }

  /**
   * An audience moves its members in both lanes: placed by the key alone, a member of two thousand
   * audiences would fill one place of one segment with all of them.
   */
  private addAudience(audienceId: number): AudienceLanes {
    const audience = this.lanesNamed(`audience ${audienceId}`);
    this.audiences.set(audienceId, audience);
    return audience;
  }

  private lanesNamed(name: string): AudienceLanes {
    this.lastKey = undefined;
    this.hash.hash(name);
    return { high: this.hash.high, low: this.hash.low, count: 0 };
  }

  /** The key that was hashed last. @returns whether that changed anything. */
  private setHashed(audience: AudienceLanes, isMember: boolean): boolean {
    const high = this.hash.high ^ audience.high;
    const low = lowOf(high, this.hash.low ^ audience.low);
    const hasChanged = isMember ? this.add(high, low) : this.segmentOf(high).remove(high, low);
    if (hasChanged) {
      audience.count += isMember ? 1 : -1;
    }
    return hasChanged;
  }

  private add(high: number, low: number): boolean {
    let segment = this.segmentOf(high);
    while (segment.isFull) {
      if (segment.has(high, low)) return false;
      this.split(segment, high);
      segment = this.segmentOf(high);
    }
    return segment.add(high, low);
  }

  private split(segment: HashSegment, high: number): void {
    if (segment.depth === this.depth) {
      this.directory = this.directory.flatMap((entry) => [entry, entry]);
      this.depth += 1;
    }
    const other = segment.split();
    // The entries that pointed to the segment stand side by side; the later half is the new one's.
    const span = 1 << (this.depth - segment.depth + 1);
    const start = this.placeOf(high) & ~(span - 1);
    this.directory.fill(other, start + span / 2, start + span);
  }

  private segmentOf(high: number): HashSegment {
    const segment = this.directory[this.placeOf(high)];
    if (segment === undefined) throw new RangeError('the directory has a hole');
    return segment;
  }

  private placeOf(high: number): number {
    return this.depth === 0 ? 0 : high >>> (32 - this.depth);
  }
}

/** Where the members of one audience stand, and how many they are. */
export interface AudienceLanes {
  readonly high: number;
  readonly low: number;
  count: number;
}

/** UTF-8 in a text, a byte a unit. */
export interface Utf8Key {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Both lanes zero mean an empty slot, so the one pair that would say so takes its neighbour's place. */
function lowOf(high: number, low: number): number {
  return high === 0 && low === 0 ? 1 : low;
}
