import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { deleteSet } from './import-remains.js';
import { whyGivenUp } from './import-start.js';
import * as sql from './import.sql.js';
import { inKeyOrder } from './key-order.js';
import type { MembershipStore } from './membership-store.js';
import { ATTEMPTS_WITHOUT_LOCK } from './undisturbed.js';

/** Members added in one statement, as in a flush. */
const ADDED_AT_ONCE = 2_000;

/** An import whose members are all staged, and that are to be added. */
export interface Addition {
  readonly importId: number;
  readonly audienceId: number;
  /** Microseconds since 1970. */
  readonly startedAt: number;
  /** Up to this key they are added already. */
  readonly addedUpTo: string;
}

/** Writes staged members like events, and forgets the import. */
export class ImportAddition {
  constructor(
    private readonly database: Database,
    private readonly store: MembershipStore,
  ) {}

  /**
   * Whoever was interrupted goes on where it ended.
   * @returns how many are members now and were not.
   * @throws ImportAudienceError where the audience was deleted meanwhile.
   */
  async run({ importId, audienceId, startedAt, addedUpTo }: Addition): Promise<number> {
    let added = 0;
    let isGone = false;
    for await (const memberKeys of this.staged(importId, addedUpTo)) {
      const events = memberKeys.map((memberKey) => ({
        audienceId,
        memberKey,
        isMember: true,
        eventAt: startedAt,
      }));
      const outcomes = await repeatOnConflict((attempt) =>
        attempt <= ATTEMPTS_WITHOUT_LOCK
          ? this.store.write(events)
          : this.store.writeUndisturbed(events),
      );
      isGone = outcomes.includes('gone');
      if (isGone) break;
      added += outcomes.filter((outcome) => outcome === 'added').length;
      await this.database.query(sql.NOTE_ADDED, [importId, memberKeys.at(-1)]);
    }
    await deleteSet(this.database, importId, importId);
    await this.database.query(sql.FORGET, [importId]);
    if (isGone) throw await whyGivenUp(this.database, audienceId);
    return added;
  }

  /** In the order of the keys, some at a time. */
  private async *staged(
    importId: number,
    addedUpTo: string,
  ): AsyncGenerator<readonly string[], void> {
    let after = addedUpTo;
    for (;;) {
      const parameters: readonly unknown[] = [importId, after, ADDED_AT_ONCE];
      const rows: StagedRow[] = await inKeyOrder(this.database, sql.READ_STAGED, parameters);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.member_key;
      yield rows.map((row) => row.member_key);
    }
  }
}

interface StagedRow {
  readonly member_key: string;
}
