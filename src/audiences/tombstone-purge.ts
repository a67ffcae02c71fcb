import type { EntityManager } from 'typeorm';
import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { LOCK_ERASING } from './erasure.sql.js';
import { inKeyOrder } from './key-order.js';
import * as sql from './purge.sql.js';

/** Rows that one transaction looks at: short, for flushes wait for the rows it deletes. */
const STRETCH = 20_000;
/** Once a day, or oftener where tombstones live only hours. */
const LONGEST_INTERVAL_MS = 86_400_000;
/** Where one is not heard of for so long, another begins. */
const LEASE_MS = 3_600_000;

/** Lets go of leaves and erasures that are older than any event may come late. */
export class TombstonePurge {
  constructor(
    private readonly database: Database,
    /** Milliseconds. */
    private readonly tombstonesFor: number,
  ) {}

  /**
   * Does nothing when any replica did it within the last day. May be called at any time: what failed
   * or died is begun anew an hour later.
   * @returns how many tombstones went.
   */
  async run(): Promise<number> {
    const interval = Math.round(Math.min(LONGEST_INTERVAL_MS, this.tombstonesFor / 2));
    const turn = [interval, Math.min(LEASE_MS, interval)];
    const [claim] = await this.database.query<{ is_due: boolean }>(sql.CLAIM_PURGE, turn);
    if (claim?.is_due !== true) {
      return 0;
    }
    let purged = 0;
    for (const { id } of await this.database.query<{ id: string }>(sql.READ_AUDIENCE_IDS)) {
      purged += await this.purgeAudience(id);
      await this.database.query(sql.RENEW_PURGE, turn);
    }
    await this.forgetErasures();
    await this.database.query(sql.FINISH_PURGE);
    return purged;
  }

  private async purgeAudience(audienceId: string): Promise<number> {
    let purged = 0;
    let after: string | null = '';
    while (after !== null) {
      const parameters: readonly unknown[] = [audienceId, after, STRETCH, this.tombstonesFor];
      const rows: StretchRow[] = await inKeyOrder(
        this.database,
        sql.READ_OLD_TOMBSTONES,
        parameters,
      );
      const [stretch] = rows;
      const keys = stretch?.old_keys ?? [];
      if (keys.length > 0) await this.deleteTombstones(audienceId, keys);
      purged += keys.length;
      after = stretch?.last_key ?? null;
    }
    return purged;
  }

  private deleteTombstones(audienceId: string, keys: readonly string[]): Promise<void> {
    return this.remove(async (manager) => {
      await manager.query(sql.RAISE_HORIZON, [audienceId, this.tombstonesFor]);
      await manager.query(sql.DELETE_TOMBSTONES, [audienceId, keys]);
    });
  }

  private async forgetErasures(): Promise<void> {
    const rows = await this.database.query<{ destination: string }>(sql.READ_OLD_ERASURES, [
      this.tombstonesFor,
    ]);
    for (const { destination } of rows) {
      await this.remove(async (manager) => {
        await manager.query(sql.LOCK_AUDIENCES, [destination]);
        await manager.query(sql.RAISE_HORIZONS, [destination, this.tombstonesFor]);
        await manager.query(sql.FORGET_ERASURES, [destination, this.tombstonesFor]);
      });
    }
  }

  /** Like an erasure, so that none of the two comes where others keep erasures out. */
  private remove(work: (manager: EntityManager) => Promise<void>): Promise<void> {
    return repeatOnConflict(() =>
      this.database.transaction(async (manager) => {
        await manager.query(LOCK_ERASING);
        await work(manager);
        await manager.query(sql.COUNT_PURGE);
      }),
    );
  }
}

interface StretchRow {
  /** Null at the end of the audience. */
  readonly last_key: string | null;
  readonly old_keys: readonly string[];
}
