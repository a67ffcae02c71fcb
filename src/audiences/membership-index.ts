/** Who is in which audience, in memory. */
export class MembershipIndex {
  private readonly audiences = new Map<number, Set<string>>();

  has(audienceId: number, memberKey: string): boolean {
    return this.audiences.get(audienceId)?.has(memberKey) ?? false;
  }

  count(audienceId: number): number {
    return this.audiences.get(audienceId)?.size ?? 0;
  }

  /** @returns whether that changed anything. */
  set(audienceId: number, memberKey: string, isMember: boolean): boolean {
    let members = this.audiences.get(audienceId);
    if (!isMember) {
      return members?.delete(memberKey) ?? false;
    }
    if (members === undefined) {
      members = new Set();
      this.audiences.set(audienceId, members);
    }
    const before = members.size;
    members.add(memberKey);
    return members.size !== before;
  }
}
