import { randomInt } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { HIGHEST_ID, LOWEST_ID } from './audience-id.js';
import { ImportAudienceError, ImportGivenUpError, ImportRunningError } from './import.errors.js';
import * as sql from './import.sql.js';

/** An import that has begun. */
export interface BegunImport {
  readonly importId: number;
  /** The audience itself, where the import was asked for by an alias. */
  readonly audienceId: number;
  /** Undefined: it is added to. */
  readonly oldSet: number | undefined;
  /** Microseconds since 1970: the time of its memberships. */
  readonly startedAt: number;
}

/** @throws ImportAudienceError, ImportRunningError */
export async function beginImport(
  database: Database,
  asked: { readonly audienceId: number; readonly mode: 'add' | 'replace' },
): Promise<BegunImport> {
  // Ids of sets are drawn as those of audiences are, and from among them.
  const importId = randomInt(LOWEST_ID, HIGHEST_ID);
  return repeatOnConflict(() =>
    database.transaction(async (manager) => {
      const audienceId = await lockAudience(manager, asked);
      const statement = asked.mode === 'replace' ? sql.BEGIN_REPLACE : sql.BEGIN_ADD;
      const [row] = await manager.query<BegunRow[]>(statement, [importId, audienceId]);
      if (row === undefined) throw noAudience(audienceId);
      return {
        importId,
        audienceId,
        oldSet: row.old_set === null ? undefined : Number(row.old_set),
        startedAt: Number(row.started_at),
      };
    }),
  );
}

/** Why an import could not go on. */
export async function whyGivenUp(database: Database, audienceId: number): Promise<Error> {
  const [audience] = await database.query<object>(sql.FIND_AUDIENCE, [audienceId]);
  return audience === undefined
    ? new ImportAudienceError(`Audience ${audienceId} was deleted meanwhile.`)
    : new ImportGivenUpError('Nobody was heard of the import for so long that it was given up.');
}

async function lockAudience(
  manager: EntityManager,
  { audienceId, mode }: { readonly audienceId: number; readonly mode: 'add' | 'replace' },
): Promise<number> {
  const [row] = await manager.query<AudienceRow[]>(sql.LOCK_AUDIENCE, [audienceId]);
  if (row === undefined) throw noAudience(audienceId);
  if (mode === 'replace' && row.is_being_replaced) {
    throw new ImportRunningError(`Audience ${audienceId} is being replaced by another import.`);
  }
  return Number(row.id);
}

function noAudience(audienceId: number): ImportAudienceError {
  return new ImportAudienceError(`There is no audience ${audienceId}.`);
}

interface AudienceRow {
  readonly id: string;
  readonly is_being_replaced: boolean;
}

interface BegunRow {
  readonly old_set: string | null;
  readonly started_at: string;
}
