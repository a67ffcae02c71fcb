import type { Database } from '../database/database.js';
import * as sql from './import-record.sql.js';
import { inKeyOrder } from './key-order.js';
import { undisturbed } from './undisturbed.js';

const STRETCH = 5_000;

/** Who entered and left by a replacement. */
export interface Recorded {
  readonly added: number;
  readonly removed: number;
}

/**
 * Tells the history what a replacement that was shown has changed, in short transactions; and before
 * that, what those of the same audience have that nobody told of. Whoever was interrupted goes on
 * where it ended; several at once do no harm.
 */
export async function recordReplacement(database: Database, importId: number): Promise<void> {
  for (;;) {
    const [untold] = await database.query<Untold>(sql.READ_UNTOLD, [importId]);
    if (untold === undefined) return;
    const { id, old_set: oldSet, after } = untold;
    const parameters = [id, oldSet, after, STRETCH];
    const stretch = await inKeyOrder<StretchRow>(database, sql.READ_STRETCH, parameters);
    const lastKey = stretch[0]?.last_key ?? null;
    if (lastKey === null) await database.query(sql.FINISH_RECORD, [id, after]);
    else {
      await undisturbed(database, (query) =>
        query(sql.RECORD_STRETCH, [id, oldSet, after, lastKey]),
      );
    }
  }
}

/** What the history says of it, whoever told it that. */
export async function countRecorded(
  database: Database,
  { audienceId, changeId, startedAt }: ShownReplacement,
): Promise<Recorded> {
  const parameters = [audienceId, changeId, startedAt];
  const [row] = await database.query<Recorded>(sql.COUNT_RECORDED, parameters);
  return row ?? { added: 0, removed: 0 };
}

export interface ShownReplacement {
  readonly audienceId: number;
  /** The change that told of it. */
  readonly changeId: number;
  /** Microseconds since 1970. */
  readonly startedAt: number;
}

interface Untold {
  readonly id: string;
  readonly old_set: string;
  readonly after: string;
}

interface StretchRow {
  readonly last_key: string | null;
}
