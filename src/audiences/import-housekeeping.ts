import type { Database } from '../database/database.js';
import { deleteHistory } from './audience-deletion.js';
import { recordReplacement } from './import-record.js';
import { deleteSet, ImportStaging } from './import-staging.js';
import * as sql from './import.sql.js';

/** A process that imports shows itself twice a minute. */
const FORSAKEN_MS = 5 * 60_000;

/** Ends what imports and deletions have left: their process died, or replicas had to let go of an old set first. */
export class ImportHousekeeping {
  constructor(
    private readonly database: Database,
    private readonly forsakenAfter = FORSAKEN_MS,
  ) {}

  /** Any replica may, at any time: each import is one's at a time. */
  async tidy(): Promise<void> {
    const claimed = await this.database.query<ClaimedRow>(sql.CLAIM, [this.forsakenAfter]);
    for (const row of claimed) await this.goOn(row);
  }

  private async goOn({ id, state, ...row }: ClaimedRow): Promise<void> {
    const importId = Number(id);
    if (state === 'staging' || state === 'dropped') {
      await new ImportStaging(this.database, importId).drop();
    } else if (state === 'switched') {
      const recordedUpTo = row.recorded_up_to ?? '';
      await recordReplacement(this.database, {
        importId,
        oldSet: Number(row.old_set),
        recordedUpTo,
      });
    } else if (state === 'emptying') {
      await deleteSet(this.database, Number(row.old_set), importId);
      if (row.is_deletion) await deleteHistory(this.database, Number(row.audience_id), importId);
      await this.database.query(sql.FORGET, [importId]);
    }
  }
}

interface ClaimedRow {
  readonly id: string;
  readonly audience_id: string;
  readonly old_set: string | null;
  /** emptying: nobody needs the old set any more. */
  readonly state: 'staging' | 'dropped' | 'switched' | 'recorded' | 'emptying';
  readonly recorded_up_to: string | null;
  readonly is_deletion: boolean;
}
