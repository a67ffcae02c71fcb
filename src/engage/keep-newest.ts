/** What decides between two rows of one request or flush. */
export interface MembershipRow {
  readonly audienceId: number;
  readonly memberKey: string;
  readonly isMember: boolean;
  /** µs since 1970. */
  readonly eventAt: number;
}

/** Every given row stands in exactly one of the three lists, in the order given. */
export interface NewestRows<T> {
  /** One row per audience and member: what is to be written. */
  readonly kept: readonly T[];
  /** Older than the kept row of the same member, or an enter at the microsecond of its leave. */
  readonly stale: readonly T[];
  /** The same state at the same time as the kept row. */
  readonly unchanged: readonly T[];
  /** For each row that is not kept the one that is. */
  readonly winners: ReadonlyMap<T, T>;
}

/**
 * Keeps the newest row per audience and member, at the same microsecond the leave: one statement
 * must not touch a row twice. The outcome is the same for any order of the rows.
 */
export function keepNewest<T extends MembershipRow>(rows: readonly T[]): NewestRows<T> {
  if (!repeatsMember(rows)) return { kept: rows, stale: [], unchanged: [], winners: new Map() };
  const newest = newestByAudience(rows);
  const kept: T[] = [];
  const stale: T[] = [];
  const unchanged: T[] = [];
  const winners = new Map<T, T>();
  for (const row of rows) {
    const winner = newest.get(row.audienceId)?.get(row.memberKey) ?? row;
    if (winner === row) {
      kept.push(row);
      continue;
    }
    winners.set(row, winner);
    const isSame = winner.eventAt === row.eventAt && winner.isMember === row.isMember;
    (isSame ? unchanged : stale).push(row);
  }
  return { kept, stale, unchanged, winners };
}

/** Mostly none does, and a Set tells that at a third of what finding the newest costs. */
function repeatsMember(rows: readonly MembershipRow[]): boolean {
  const audiences = new Map<number, Set<string>>();
  let last: number | undefined;
  let members = new Set<string>();
  for (const { audienceId, memberKey } of rows) {
    if (audienceId !== last) {
      last = audienceId;
      const known = audiences.get(audienceId);
      if (known === undefined) audiences.set(audienceId, (members = new Set()));
      else members = known;
    }
    const before = members.size;
    members.add(memberKey);
    if (members.size === before) return true;
  }
  return false;
}

function newestByAudience<T extends MembershipRow>(
  rows: readonly T[],
): ReadonlyMap<number, ReadonlyMap<string, T>> {
  const audiences = new Map<number, Map<string, T>>();
  for (const row of rows) {
    let members = audiences.get(row.audienceId);
    if (members === undefined) audiences.set(row.audienceId, (members = new Map()));
    const rival = members.get(row.memberKey);
    if (rival === undefined || beats(row, rival)) members.set(row.memberKey, row);
  }
  return audiences;
}

function beats(row: MembershipRow, rival: MembershipRow): boolean {
  if (row.eventAt !== rival.eventAt) return row.eventAt > rival.eventAt;
  return !row.isMember && rival.isMember;
}
