import type { Database } from '../database/database.js';
import { DELETE_SOME, SHOW_ALIVE } from './import.sql.js';
import { inKeyOrder } from './key-order.js';

/** Rows of one transaction. */
const CHUNK = 5_000;

/** Deletes a set that nobody sees, in short transactions, for the import. */
export async function deleteSet(
  database: Database,
  memberSet: number,
  importId: number,
): Promise<void> {
  let after: string | null = '';
  while (after !== null) {
    const rows: DeletedRow[] = await inKeyOrder(database, DELETE_SOME, [memberSet, after, CHUNK]);
    after = rows[0]?.last_key ?? null;
    await database.query(SHOW_ALIVE, [importId]);
  }
}

interface DeletedRow {
  readonly last_key: string | null;
}
