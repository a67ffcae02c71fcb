import type { Database } from '../database/database.js';
import * as sql from './erasure.sql.js';

export interface Erasure {
  readonly memberKey: string;
  /** Microseconds since 1970. What happened later is kept. */
  readonly erasedAt: number;
}

/** Takes people out of everything that is stored: memberships, the history of changes, rejected events. */
export class MemberEraser {
  constructor(private readonly database: Database) {}

  /** Durable when it resolves. Nothing older can bring the members back; repeating it does no harm. */
  async erase(destinations: readonly string[], erasures: readonly Erasure[]): Promise<void> {
    if (erasures.length === 0) {
      return;
    }
    const keys = erasures.map(({ memberKey }) => memberKey);
    const times = erasures.map(({ erasedAt }) => erasedAt);
    await this.database.transaction(async (manager) => {
      await manager.query(sql.REMEMBER_ERASURES, [destinations, keys, times]);
      await manager.query(sql.COUNT_ERASURE);
      const deletion = [destinations, keys, times];
      const before = await manager.query<ErasedRow[]>(sql.DELETE_MEMBERSHIPS, deletion);
      await manager.query(sql.LOCK_NUMBERING);
      // A flush that was about to commit may have written a member between the first deletion and
      // the lock; whatever comes after the lock sees the count above and starts again.
      const meanwhile = await manager.query<ErasedRow[]>(sql.DELETE_MEMBERSHIPS, deletion);
      await manager.query(sql.SCRUB_CHANGES, [destinations, keys]);
      const erased = [...before, ...meanwhile];
      await manager.query(sql.RECORD_ERASURES, [
        erased.map((row) => row.audience_id),
        erased.map((row) => row.member_key),
        erased.map((row) => row.erased_at),
      ]);
      await manager.query(sql.DELETE_REJECTED, [destinations, keys]);
    });
  }

  /** The last trace in clear, the rows that told the replicas, once all of them have read them. */
  async forgetPassed(): Promise<void> {
    await this.database.query(sql.DELETE_PASSED_ERASURES);
  }
}

interface ErasedRow {
  readonly audience_id: string;
  readonly member_key: string;
  readonly erased_at: string;
}
