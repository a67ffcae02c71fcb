import type { Database } from '../database/database.js';
import type { ChangedEvent } from './changed-event.js';
import * as sql from './outbox.sql.js';

/** A change that is this process's to send. */
export interface ClaimedChange {
  readonly id: string;
  /** The SDK id or the product. */
  readonly scope: string;
  /** The flag or segment. */
  readonly subject: string;
  readonly event: ChangedEvent;
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
}

/** Takes changes out of the outbox: claimed for a while, then removed or given back. */
export class OutboxDrain {
  constructor(private readonly database: Database) {}

  /** The oldest, for so many milliseconds; none while another process has some. */
  claim(limit: number, lease: number): Promise<ClaimedChange[]> {
    return this.database.transaction(async (manager) => {
      await manager.query(sql.LOCK_CLAIMING);
      const rows = await manager.query<ClaimedRow[]>(sql.CLAIM, [limit, lease]);
      return rows.map(({ at, ...change }) => ({ ...change, at: Number(at) }));
    });
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.database.query(sql.REMOVE, [ids]);
  }

  /** These are claimed for so many milliseconds from now on, by whoever has them. */
  async postpone(ids: readonly string[], milliseconds: number): Promise<void> {
    await this.database.query(sql.POSTPONE, [ids, milliseconds]);
  }

  async count(): Promise<number> {
    const [row] = await this.database.query<{ count: string }>(sql.COUNT);
    return Number(row?.count ?? 0);
  }
}

interface ClaimedRow extends Omit<ClaimedChange, 'at'> {
  readonly at: string;
}
