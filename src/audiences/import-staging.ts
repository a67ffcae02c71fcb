import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { deleteSet } from './import-remains.js';
import { whyGivenUp } from './import-start.js';
import { stopFlushes } from './import-step.js';
import * as sql from './import.sql.js';
import { inKeyOrder } from './key-order.js';
import { undisturbed } from './undisturbed.js';

/** Rows of one transaction: a tenth of a second, for others wait for none of them. */
const CHUNK = 5_000;
/** Of these, as many are looked at at once where few are to be written. */
const STRETCH = 20_000;

/** The members of one import, in a set that nobody sees. */
export class ImportStaging {
  private keys: string[] = [];

  constructor(
    private readonly database: Database,
    private readonly of: { readonly importId: number; readonly audienceId: number },
  ) {}

  /** @throws ImportGivenUpError, ImportAudienceError */
  async add(memberKey: string): Promise<void> {
    this.keys.push(memberKey);
    if (this.keys.length >= CHUNK) await this.flush();
  }

  /** @throws ImportGivenUpError, ImportAudienceError */
  async flush(): Promise<void> {
    const { keys } = this;
    this.keys = [];
    if (keys.length > 0) await this.write(sql.STAGE, [keys]);
  }

  /**
   * Takes what is newer than the import over from the set that it will take the place of.
   * @throws ImportGivenUpError, ImportAudienceError
   */
  async mergeNewer(oldSet: number): Promise<void> {
    let after = '';
    for (;;) {
      const end = await inKeyOrder<EndRow>(this.database, sql.READ_END, [oldSet, after, STRETCH]);
      const lastKey = end[0]?.last_key ?? null;
      if (lastKey === null) return;
      const merged = await this.write(sql.MERGE_NEWER, [oldSet, after, lastKey, CHUNK]);
      after = merged.last_key ?? lastKey;
    }
  }

  /** Throws it all away, unless it was shown already; events go to one set again. May be repeated. */
  async drop(): Promise<void> {
    const { importId } = this.of;
    if (!(await repeatOnConflict(() => this.giveUp()))) return;
    await deleteSet(this.database, importId, importId);
    await this.database.query(sql.FORGET, [importId]);
  }

  private async write(statement: string, parameters: readonly unknown[]): Promise<WrittenRow> {
    const { importId, audienceId } = this.of;
    const [row] = await undisturbed(this.database, (query) =>
      query<WrittenRow>(statement, [importId, ...parameters]),
    );
    if (row?.alive !== '1') throw await whyGivenUp(this.database, audienceId);
    return row;
  }

  /** @returns whether its members may be deleted. */
  private giveUp(): Promise<boolean> {
    const { importId } = this.of;
    return this.database.transaction(async (manager) => {
      await manager.query(sql.LOCK_IMPORTED, [importId]);
      const [row] = await manager.query<{ state: string }[]>(sql.LOCK_IMPORT, [importId]);
      if (row?.state !== 'staging') return row?.state === 'dropped';
      await stopFlushes(manager);
      await manager.query(sql.GIVE_UP, [importId]);
      return true;
    });
  }
}

interface WrittenRow {
  readonly alive: string;
  /** Of a merge. */
  readonly last_key?: string;
}

interface EndRow {
  readonly last_key: string | null;
}
