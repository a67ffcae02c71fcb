import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { KEEP_ERASING_OUT } from './erasure.sql.js';

/** Each of these takes nothing, and nobody waits for it. */
export const ATTEMPTS_WITHOUT_LOCK = 2;
/** What other imports and deletions of audiences do may come between still: once for each of them. */
const MAX_ATTEMPTS = 12;

/** One statement, and its parameters. */
export type Query = <Row>(sql: string, parameters: readonly unknown[]) => Promise<Row[]>;

/**
 * Does what a removal of members for good makes start again: see begin_changes in the migrations.
 * Where that happened twice, no other erasure or purge may come between: many of them a second
 * would else keep a statement of a tenth of a second from ever passing. `work` must be one statement.
 */
export function undisturbed<Result>(
  database: Database,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  return repeatOnConflict(
    (attempt) =>
      attempt <= ATTEMPTS_WITHOUT_LOCK
        ? work((sql, parameters) => database.query(sql, parameters))
        : database.transaction(async (manager) => {
            await manager.query(KEEP_ERASING_OUT);
            return work((sql, parameters) => manager.query(sql, [...parameters]));
          }),
    Math.random,
    MAX_ATTEMPTS,
  );
}
