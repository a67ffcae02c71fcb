import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import * as sql from './import.sql.js';

const STRETCH = 5_000;

/** A replacement that was shown, and what it took the place of. */
export interface Replaced {
  readonly importId: number;
  readonly oldSet: number;
  /** Up to here it is told already. */
  readonly recordedUpTo: string;
}

/** Who entered and left by it. */
export interface Recorded {
  readonly added: number;
  readonly removed: number;
}

/** Tells the history what a replacement changed, in short transactions. Whoever was interrupted goes on where it ended. */
export async function recordReplacement(database: Database, replaced: Replaced): Promise<Recorded> {
  const { importId, oldSet } = replaced;
  let after = replaced.recordedUpTo;
  const total = { added: 0, removed: 0 };
  for (;;) {
    const [stretch] = await database.query<{ last_key: string | null }>(sql.READ_STRETCH, [
      importId,
      oldSet,
      after,
      STRETCH,
    ]);
    const lastKey = stretch?.last_key ?? null;
    if (lastKey === null) break;
    const parameters = [importId, oldSet, after, lastKey];
    const [row] = await repeatOnConflict(() =>
      database.query<Recorded>(sql.RECORD_STRETCH, parameters),
    );
    total.added += row?.added ?? 0;
    total.removed += row?.removed ?? 0;
    after = lastKey;
  }
  await database.query(sql.FINISH_RECORD, [importId]);
  return total;
}
