import { randomInt } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { RAISE_REVISION } from '../database/revision.js';
import * as sql from './audience-deletion.sql.js';
import { HIGHEST_ID, LOWEST_ID } from './audience-id.js';
import { AudienceInUseError, UnknownAudienceError } from './audience.errors.js';
import { LOCK_CREATION } from './audience.sql.js';
import { stopFlushes } from './import-step.js';
import { SHOW_ALIVE } from './import.sql.js';

/** Each is of up to one flush. */
const CHANGES_AT_ONCE = 500;

/**
 * Deletes audiences. What names one is free at once: a later event of its computation makes another.
 * The memberships, of which there may be millions, go later and in short steps (ImportHousekeeping),
 * when no replica shows them any more.
 */
export class AudienceDeletion {
  constructor(private readonly database: Database) {}

  /** @throws UnknownAudienceError, AudienceInUseError */
  async run(audienceId: number): Promise<void> {
    await repeatOnConflict(() =>
      this.database.transaction((manager) => deleteIn(manager, audienceId)),
    );
  }
}

async function deleteIn(manager: EntityManager, audienceId: number): Promise<void> {
  await manager.query(LOCK_CREATION);
  const rows = await manager.query<{ id: string }[]>(sql.READ_WITH_ALIASES, [audienceId]);
  if (rows.at(-1)?.id !== String(audienceId)) throw new UnknownAudienceError(String(audienceId));
  const uses = await manager.query<Use[]>(sql.READ_USES, [audienceId]);
  if (uses.length > 0) throw inUse(audienceId, uses);
  // A flush that began before would write to a set that nobody looks for any more.
  await stopFlushes(manager);
  await manager.query(RAISE_REVISION);
  for (const { id } of rows) {
    await manager.query(sql.DELETE_AUDIENCE, [id, randomInt(LOWEST_ID, HIGHEST_ID)]);
  }
}

/** The history of an audience that was deleted, in short transactions. `importId`: who works on it. */
export async function deleteHistory(
  database: Database,
  audienceId: number,
  importId: number,
): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ count: number }>(sql.DELETE_SOME_HISTORY, [
      audienceId,
      CHANGES_AT_ONCE,
    ]);
    if ((row?.count ?? 0) < CHANGES_AT_ONCE) return;
    await database.query(SHOW_ALIVE, [importId]);
  }
}

interface Use {
  readonly product: string;
  readonly name: string;
}

function inUse(audienceId: number, uses: readonly Use[]): AudienceInUseError {
  const named = uses.map(({ product, name }) => `'${name}' of '${product}'`).join(', ');
  return new AudienceInUseError(
    `Audience ${audienceId} has segments: delete them first (${named}).`,
  );
}
