import type { Database } from '../database/database.js';
import { deleteHistory } from './audience-deletion.js';
import { ImportAddition } from './import-addition.js';
import { recordReplacement } from './import-record.js';
import { deleteSet } from './import-remains.js';
import { ImportStaging } from './import-staging.js';
import { ImportAudienceError } from './import.errors.js';
import * as sql from './import.sql.js';
import { MembershipStore } from './membership-store.js';

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

  private async goOn(row: ClaimedRow): Promise<void> {
    const { state } = row;
    const importId = Number(row.id);
    const audienceId = Number(row.audience_id);
    if (state === 'staging' || state === 'dropped') {
      await new ImportStaging(this.database, { importId, audienceId }).drop();
    } else if (state === 'switched') {
      if (row.old_set === null) await this.goOnAdding(row);
      else await recordReplacement(this.database, importId);
    } else if (state === 'emptying') {
      await deleteSet(this.database, Number(row.old_set), importId);
      if (row.is_deletion) await deleteHistory(this.database, audienceId, importId);
      await this.database.query(sql.FORGET, [importId]);
    }
  }

  /** All lines were there, and part of them may be in. */
  private async goOnAdding(row: ClaimedRow): Promise<void> {
    const addition = new ImportAddition(this.database, new MembershipStore(this.database));
    try {
      await addition.run({
        importId: Number(row.id),
        audienceId: Number(row.audience_id),
        startedAt: Number(row.started_at),
        addedUpTo: row.recorded_up_to ?? '',
      });
    } catch (error) {
      // Deleted meanwhile; and the import is forgotten.
      if (!(error instanceof ImportAudienceError)) throw error;
    }
  }
}

interface ClaimedRow {
  readonly id: string;
  readonly audience_id: string;
  readonly old_set: string | null;
  /** switched: it is shown, or being added. emptying: nobody needs the old set any more. */
  readonly state: 'staging' | 'dropped' | 'switched' | 'recorded' | 'emptying';
  /** Microseconds since 1970. */
  readonly started_at: string;
  readonly recorded_up_to: string | null;
  readonly is_deletion: boolean;
}
