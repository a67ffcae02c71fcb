import type { Database } from '../database/database.js';

/**
 * PostgreSQL knows nothing yet of a set that was just made: it takes it for small, and would read and
 * sort all of it for each stretch (200 ms instead of 2 for the next 5,000 keys of 500,000).
 */
const BY_INDEX_ALONE = `
  select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
         set_config('enable_sort', 'off', true)`;

/** A statement of its own that goes on through the memberships of a set, by the order of their keys and from one of them on. */
export function inKeyOrder<Row>(
  database: Database,
  sql: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  return database.transaction(async (manager) => {
    await manager.query(BY_INDEX_ALONE);
    return manager.query<Row[]>(sql, [...parameters]);
  });
}
