import { createHash } from 'node:crypto';
import type { Database } from '../database/database.js';
import * as sql from './erasure.sql.js';

export interface Erasure {
  readonly destinations: readonly string[];
  readonly memberKey: string;
  /** Microseconds since 1970. What happened later is kept. */
  readonly erasedAt: number;
}

/** Takes a person out of everything that is stored: memberships, the history of changes, rejected events. */
export class MemberEraser {
  constructor(private readonly database: Database) {}

  /** Durable when it resolves. Nothing older can bring the member back; repeating it does no harm. */
  async erase({ destinations, memberKey, erasedAt }: Erasure): Promise<void> {
    const keySha256 = createHash('sha256').update(memberKey).digest();
    await this.database.transaction(async (manager) => {
      await manager.query(sql.REMEMBER_ERASURE, [destinations, keySha256, erasedAt]);
      await manager.query(sql.COUNT_ERASURE);
      const deletion = [destinations, memberKey, erasedAt];
      const before = await manager.query<AudienceRow[]>(sql.DELETE_MEMBERSHIPS, deletion);
      await manager.query(sql.LOCK_NUMBERING);
      // A flush that was about to commit may have written the member between the first deletion
      // and the lock; whatever comes after the lock sees the count above and starts again.
      const meanwhile = await manager.query<AudienceRow[]>(sql.DELETE_MEMBERSHIPS, deletion);
      await manager.query(sql.SCRUB_CHANGES, [destinations, memberKey]);
      const audiences = [...before, ...meanwhile].map((row) => row.audience_id);
      await manager.query(sql.RECORD_ERASURE, [audiences, memberKey, erasedAt]);
      await manager.query(sql.DELETE_REJECTED, [keySha256, destinations]);
    });
  }

  /** The last trace in clear, the rows that told the replicas, once all of them have read them. */
  async forgetPassed(): Promise<void> {
    await this.database.query(sql.DELETE_PASSED_ERASURES);
  }
}

interface AudienceRow {
  readonly audience_id: string;
}
