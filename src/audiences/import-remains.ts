import type { Database } from '../database/database.js';
import { DELETE_SOME, SHOW_ALIVE } from './import.sql.js';

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
    const parameters: readonly unknown[] = [memberSet, after, CHUNK];
    const [row] = await database.query<{ last_key: string | null }>(DELETE_SOME, parameters);
    after = row?.last_key ?? null;
    await database.query(SHOW_ALIVE, [importId]);
  }
}
