import type { Database } from '../database/database.js';
import * as sql from './purge.sql.js';

/** Rows that one transaction looks at: short, for flushes wait for the rows it deletes. */
const STRETCH = 20_000;
/** Once a day, or oftener where tombstones live only hours. */
const LONGEST_INTERVAL_MS = 86_400_000;

/** Lets go of leaves and erasures that are older than any event may come late. */
export class TombstonePurge {
  constructor(
    private readonly database: Database,
    /** Milliseconds. */
    private readonly tombstonesFor: number,
  ) {}

  /**
   * Does nothing when any replica did it within the last day. May be called at any time.
   * @returns how many tombstones went.
   */
  async run(): Promise<number> {
    const interval = Math.min(LONGEST_INTERVAL_MS, this.tombstonesFor / 2);
    const [claim] = await this.database.query<{ is_due: boolean }>(sql.CLAIM_PURGE, [
      Math.round(interval),
    ]);
    if (claim?.is_due !== true) {
      return 0;
    }
    let purged = 0;
    for (const { id } of await this.database.query<{ id: string }>(sql.READ_AUDIENCE_IDS)) {
      purged += await this.purgeAudience(id);
    }
    await this.forgetErasures();
    return purged;
  }

  private async purgeAudience(audienceId: string): Promise<number> {
    let purged = 0;
    let after: string | null = '';
    while (after !== null) {
      const rows: StretchRow[] = await this.database.query<StretchRow>(sql.READ_OLD_TOMBSTONES, [
        audienceId,
        after,
        STRETCH,
        this.tombstonesFor,
      ]);
      const [stretch] = rows;
      const keys = stretch?.old_keys ?? [];
      if (keys.length > 0) await this.deleteTombstones(audienceId, keys);
      purged += keys.length;
      after = stretch?.last_key ?? null;
    }
    return purged;
  }

  private async deleteTombstones(audienceId: string, keys: readonly string[]): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.query(sql.RAISE_HORIZON, [audienceId, this.tombstonesFor]);
      await manager.query(sql.COUNT_PURGE);
      await manager.query(sql.DELETE_TOMBSTONES, [audienceId, keys]);
    });
  }

  private async forgetErasures(): Promise<void> {
    const rows = await this.database.query<{ destination: string }>(sql.READ_OLD_ERASURES, [
      this.tombstonesFor,
    ]);
    for (const { destination } of rows) {
      await this.database.transaction(async (manager) => {
        await manager.query(sql.RAISE_HORIZONS, [destination, this.tombstonesFor]);
        await manager.query(sql.COUNT_PURGE);
        await manager.query(sql.FORGET_ERASURES, [destination, this.tombstonesFor]);
      });
    }
  }
}

interface StretchRow {
  /** Null at the end of the audience. */
  readonly last_key: string | null;
  readonly old_keys: readonly string[];
}
