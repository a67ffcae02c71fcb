import type { Database } from '../database/database.js';
import type { ChangedEvent } from './changed-event.js';
import * as sql from './outbox.sql.js';

/** A change that is this process's to send. */
export interface ClaimedChange {
  readonly id: string;
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
      return rows.map(({ id, event, at }) => ({ id, event, at: Number(at) }));
    });
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.database.query(sql.REMOVE, [ids]);
  }

  /** Nobody claims anything before so many milliseconds, or these were tried again. */
  async postpone(ids: readonly string[], milliseconds: number): Promise<void> {
    await this.database.query(sql.POSTPONE, [ids, milliseconds]);
  }

  async count(): Promise<number> {
    const [row] = await this.database.query<{ count: string }>(sql.COUNT);
    return Number(row?.count ?? 0);
  }
}

interface ClaimedRow {
  readonly id: string;
  readonly event: ChangedEvent;
  readonly at: string;
}
