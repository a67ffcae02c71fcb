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
}

/**
 * Keeps the newest row per audience and member, at the same microsecond the leave: one statement
 * must not touch a row twice. The outcome is the same for any order of the rows.
 */
export function keepNewest<T extends MembershipRow>(rows: readonly T[]): NewestRows<T> {
  const newest = newestByAudience(rows);
  const kept: T[] = [];
  const stale: T[] = [];
  const unchanged: T[] = [];
  for (const row of rows) {
    const winner = newest.get(row.audienceId)?.get(row.memberKey);
    if (winner === row) kept.push(row);
    else if (winner?.eventAt === row.eventAt && winner.isMember === row.isMember) {
      unchanged.push(row);
    } else stale.push(row);
  }
  return { kept, stale, unchanged };
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
