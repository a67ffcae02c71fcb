import { hashText } from '../evaluation/hash.js';

/** The hashes of an audience's members for one segment name and salt; a member is hashed once. */
export class HashedList {
  private hashes = new Map<string, string>();

  constructor(
    private readonly salt: string,
    private readonly segmentName: string,
    private readonly hash = hashText,
  ) {}

  /** Sorted, so that the same members give the same bytes on every replica. */
  hashesOf(members: ReadonlySet<string>): string[] {
    const hashes = new Map<string, string>();
    for (const member of members) {
      const known = this.hashes.get(member);
      hashes.set(member, known ?? this.hash(member, this.salt, this.segmentName));
    }
    this.hashes = hashes;
    return [...hashes.values()].toSorted();
  }
}
