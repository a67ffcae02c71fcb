import type { Database } from '../../src/database/database.js';
import { eventually } from './eventually.js';

/** Key of the advisory lock under which changes are numbered, as begin_changes takes it. */
const NUMBERING_LOCK = 7_022_364_301_936_522;

/** Resolves once so many statements in this database wait for a lock. */
export async function waitingForLocks(database: Database, count: number): Promise<void> {
  await eventually(async () => {
    const [row] = await database.query<{ waiting: string }>(
      `select count(*) as waiting from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (Number(row?.waiting) !== count) throw new Error(`${row?.waiting} wait, not ${count}`);
  });
}

/** Takes the numbering lock on a connection of its own. @returns what gives it back. */
export async function holdNumbering(database: Database): Promise<() => Promise<void>> {
  const client = await database.dedicatedClient();
  await client.query('select pg_advisory_lock($1)', [NUMBERING_LOCK]);
  return () => client.end();
}

/** Whether nobody holds the numbering lock at this moment. */
export async function isNumberingFree(database: Database): Promise<boolean> {
  return database.transaction(async (manager) => {
    const [row] = await manager.query<{ taken: boolean }[]>(
      'select pg_try_advisory_xact_lock($1) as taken',
      [NUMBERING_LOCK],
    );
    return row?.taken === true;
  });
}
