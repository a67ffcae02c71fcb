import { randomInt } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { HIGHEST_ID, LOWEST_ID } from './audience-id.js';
import {
  ImportAudienceError,
  ImportGivenUpError,
  ImportRefusedError,
  ImportRunningError,
} from './import.errors.js';
import { importLines, type ImportFormat } from './import-lines.js';
import { recordReplacement } from './import-record.js';
import { ImportStaging } from './import-staging.js';
import * as sql from './import.sql.js';
import type { MembershipStore } from './membership-store.js';

/** Members added in one statement, as in a flush. */
const ADDED_AT_ONCE = 2_000;
const ALIVE_INTERVAL_MS = 30_000;
const POLL_MS = 20;
const MAX_PROBLEMS = 1_000;

export interface ImportRequest {
  readonly audienceId: number;
  /** replace: whoever is not in it is no member any more. */
  readonly mode: 'add' | 'replace';
  readonly format: ImportFormat;
  /** A bad line costs all of them; else it costs itself. */
  readonly strict: boolean;
}

export interface ImportResult {
  /** Lines that are not empty. */
  readonly received: number;
  /** Bad ones among them. */
  readonly rejected: number;
  /** The first thousand of those. */
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
  /** Who is a member now and was not, and the other way round. */
  readonly added: number;
  readonly removed: number;
}

/**
 * Imports members, any number of them, with the import's start as the time of their membership:
 * members with a newer event keep theirs.
 *
 * All are staged first, in short transactions that nobody waits for. `replace` then takes one short
 * step: the staged set is the audience's from one moment to the next, in each process as a whole.
 * `add` writes them like events, a few thousand at a time: nobody leaves, so each step is as right
 * as the one after it.
 */
export class MemberImport {
  constructor(
    private readonly database: Database,
    private readonly store: MembershipStore,
  ) {}

  /**
   * Resolves when all of it is in, and the history tells it. Before the step nothing is in, whatever
   * goes wrong: the stream's error, a bad line under `strict`, PostgreSQL.
   * @throws ImportAudienceError, ImportRunningError, ImportRefusedError, ImportGivenUpError
   */
  async run(request: ImportRequest, body: Readable): Promise<ImportResult> {
    const begun = await this.begin(request);
    const staging = new ImportStaging(this.database, begun.importId);
    const alive = setInterval(() => this.showAlive(begun.importId), ALIVE_INTERVAL_MS);
    try {
      const lines = await this.stage(staging, request, body);
      const { oldSet } = begun;
      if (oldSet === undefined) {
        const added = await this.add(staging, request.audienceId, begun);
        return { ...lines, added, removed: 0 };
      }
      await this.replace(begun);
      const { importId } = begun;
      const changed = await recordReplacement(this.database, {
        importId,
        oldSet,
        recordedUpTo: '',
      });
      return { ...lines, ...changed };
    } catch (error) {
      body.destroy();
      // Does nothing where it was shown already. Housekeeping does it where this fails.
      await staging.drop().catch(() => {});
      throw error;
    } finally {
      clearInterval(alive);
    }
  }

  private async begin({ audienceId, mode }: ImportRequest): Promise<Begun> {
    // Ids of sets are drawn as those of audiences are, and from among them.
    const importId = randomInt(LOWEST_ID, HIGHEST_ID);
    const row = await repeatOnConflict(() =>
      this.database.transaction(async (manager) => {
        if (mode === 'replace') {
          await manager.query(sql.LOCK_NUMBERING);
          await manager.query(sql.COUNT_REMOVAL);
        }
        const statement = mode === 'replace' ? sql.BEGIN_REPLACE : sql.BEGIN_ADD;
        const [begun] = await manager.query<BegunRow[]>(statement, [importId, audienceId]);
        return begun;
      }),
    );
    if (row === undefined) throw await this.whyNot(audienceId);
    // A flush that began before may still write to the one set it knows.
    const writers = mode === 'replace' ? await this.writers() : new Set<string>();
    return {
      importId,
      oldSet: row.old_set === null ? undefined : Number(row.old_set),
      startedAt: Number(row.started_at),
      writers,
    };
  }

  private async whyNot(audienceId: number): Promise<Error> {
    const [audience] = await this.database.query<object>(sql.FIND_AUDIENCE, [audienceId]);
    return audience === undefined
      ? new ImportAudienceError(`There is no audience ${audienceId}.`)
      : new ImportRunningError(`Audience ${audienceId} is being replaced by another import.`);
  }

  private async stage(
    staging: ImportStaging,
    { format, strict }: ImportRequest,
    body: Readable,
  ): Promise<Pick<ImportResult, 'received' | 'rejected' | 'problems'>> {
    const problems: Array<ImportResult['problems'][number]> = [];
    let [received, rejected] = [0, 0];
    for await (const line of importLines(body, format)) {
      received += 1;
      if ('memberKey' in line) {
        await staging.add(line.memberKey);
        continue;
      }
      rejected += 1;
      if (problems.length < MAX_PROBLEMS) problems.push(line);
    }
    await staging.flush();
    if (strict && rejected > 0) throw refused(rejected, problems);
    return { received, rejected, problems };
  }

  /** The one step that is seen. */
  private async replace({ importId, writers }: Begun): Promise<void> {
    await this.writersEnded(writers);
    await this.database.query(sql.MERGE_NEWER, [importId]);
    const switched = await repeatOnConflict(() =>
      this.database.transaction(async (manager) => {
        await manager.query(sql.LOCK_NUMBERING);
        await manager.query(sql.COUNT_REMOVAL);
        const [row] = await manager.query<object[]>(sql.SWITCH, [importId]);
        return row;
      }),
    );
    if (switched === undefined) {
      throw givenUp();
    }
  }

  /** @returns how many are members now and were not. */
  private async add(
    staging: ImportStaging,
    audienceId: number,
    { startedAt }: Begun,
  ): Promise<number> {
    let added = 0;
    for await (const memberKeys of staging.read(ADDED_AT_ONCE)) {
      const events = memberKeys.map((memberKey) => ({
        audienceId,
        memberKey,
        isMember: true,
        eventAt: startedAt,
      }));
      const outcomes = await repeatOnConflict(() => this.store.write(events));
      if (outcomes.includes('gone')) throw givenUp();
      added += outcomes.filter((outcome) => outcome === 'added').length;
    }
    await staging.drop();
    return added;
  }

  private async writers(): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ writer: string }>(sql.READ_WRITERS);
    return new Set(rows.map(({ writer }) => writer));
  }

  private async writersEnded(writers: ReadonlySet<string>): Promise<void> {
    while ([...(await this.writers())].some((writer) => writers.has(writer))) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private showAlive(importId: number): void {
    this.database.query(sql.SHOW_ALIVE, [importId]).catch(() => {});
  }
}

interface Begun {
  readonly importId: number;
  /** Undefined: it is added to. */
  readonly oldSet: number | undefined;
  /** Microseconds since 1970. */
  readonly startedAt: number;
  /** Transactions that may not know of the incoming set. */
  readonly writers: ReadonlySet<string>;
}

interface BegunRow {
  readonly old_set: string | null;
  readonly started_at: string;
}

function givenUp(): ImportGivenUpError {
  return new ImportGivenUpError('The audience was deleted, or the import given up, meanwhile.');
}

function refused(count: number, problems: ImportResult['problems']): ImportRefusedError {
  return new ImportRefusedError(
    `${count} bad line${count === 1 ? '' : 's'}; nothing was imported.`,
    problems,
  );
}
