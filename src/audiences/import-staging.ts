import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { ImportGivenUpError } from './import.errors.js';
import * as sql from './import.sql.js';

/** Rows of one transaction: a tenth of a second, for others wait for none of them. */
const CHUNK = 5_000;

/** The members of one import, in a set that nobody sees. */
export class ImportStaging {
  private keys: string[] = [];

  constructor(
    private readonly database: Database,
    readonly importId: number,
  ) {}

  /** @throws ImportGivenUpError */
  async add(memberKey: string): Promise<void> {
    this.keys.push(memberKey);
    if (this.keys.length >= CHUNK) await this.flush();
  }

  /** @throws ImportGivenUpError */
  async flush(): Promise<void> {
    const { keys } = this;
    this.keys = [];
    if (keys.length === 0) return;
    const [row] = await repeatOnConflict(() =>
      this.database.query<{ alive: string }>(sql.STAGE, [this.importId, keys]),
    );
    if (row?.alive !== '1') throw new ImportGivenUpError('The import was given up meanwhile.');
  }

  /** What is staged, in the order of the keys, some at a time. */
  async *read(limit: number): AsyncGenerator<readonly string[], void> {
    let after = '';
    for (;;) {
      const rows = await this.database.query<{ member_key: string }>(sql.READ_STAGED, [
        this.importId,
        after,
        limit,
      ]);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.member_key;
      yield rows.map((row) => row.member_key);
    }
  }

  /** Throws it all away, unless it was shown already; events go to one set again. May be repeated. */
  async drop(): Promise<void> {
    const [row] = await this.database.query<{ is_dropped: boolean }>(sql.GIVE_UP, [this.importId]);
    if (row?.is_dropped !== true) return;
    await deleteSet(this.database, this.importId, this.importId);
    await this.database.query(sql.FORGET, [this.importId]);
  }
}

/** Deletes a set that nobody sees, in short transactions, for the import. */
export async function deleteSet(
  database: Database,
  memberSet: number,
  importId: number,
): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ count: number }>(sql.DELETE_SOME, [memberSet, CHUNK]);
    if ((row?.count ?? 0) < CHUNK) return;
    await database.query(sql.SHOW_ALIVE, [importId]);
  }
}
