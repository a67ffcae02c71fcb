import type { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { ImportAddition } from './import-addition.js';
import { importLines, type ImportFormat } from './import-lines.js';
import { countRecorded, recordReplacement, type Recorded } from './import-record.js';
import { ImportStaging } from './import-staging.js';
import { beginImport, whyGivenUp, type BegunImport } from './import-start.js';
import { stopFlushes } from './import-step.js';
import { ImportWriters } from './import-writers.js';
import { ImportRefusedError } from './import.errors.js';
import * as sql from './import.sql.js';
import type { MembershipStore } from './membership-store.js';

const ALIVE_INTERVAL_MS = 30_000;
const MAX_PROBLEMS = 1_000;

export interface ImportRequest {
  /** Of an alias: it goes to the audience that it stands for. */
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
    private readonly warn = (message: string): void => new Logger('MemberImport').warn(message),
  ) {}

  /**
   * Resolves when all of it is in, and the history tells it. Until all lines are staged nothing is
   * in, whatever goes wrong: the stream's error, a bad line under `strict`, PostgreSQL. What fails
   * after that is ended by housekeeping.
   * @throws ImportAudienceError, ImportRunningError, ImportRefusedError, ImportGivenUpError
   */
  async run(request: ImportRequest, body: Readable): Promise<ImportResult> {
    const begun = await beginImport(this.database, request);
    const staging = new ImportStaging(this.database, begun);
    const alive = setInterval(() => this.showAlive(begun.importId), ALIVE_INTERVAL_MS);
    try {
      const { oldSet } = begun;
      // A flush that began before may still write to the one set it knows.
      const writers = oldSet === undefined ? undefined : await ImportWriters.now(this.database);
      const lines = await stageLines(staging, request, body);
      if (oldSet === undefined) return { ...lines, ...(await this.add(begun)) };
      await writers?.ended({ warn: this.warn });
      await staging.mergeNewer(oldSet);
      return { ...lines, ...(await this.replace(begun)) };
    } catch (error) {
      body.destroy();
      // Does nothing where it was shown already. Housekeeping does it where this fails.
      await staging.drop().catch(() => {});
      throw error;
    } finally {
      clearInterval(alive);
    }
  }

  /** The one step that is seen, and what is told of it. */
  private async replace({ importId, audienceId, startedAt }: BegunImport): Promise<Recorded> {
    const change = await repeatOnConflict(() =>
      this.database.transaction(async (manager) => {
        await manager.query(sql.LOCK_IMPORTED, [importId]);
        await manager.query(sql.LOCK_IMPORT, [importId]);
        await stopFlushes(manager);
        const [row] = await manager.query<{ id: string }[]>(sql.SWITCH, [importId]);
        return row;
      }),
    );
    if (change === undefined) throw await whyGivenUp(this.database, audienceId);
    await recordReplacement(this.database, importId);
    return countRecorded(this.database, { audienceId, startedAt, changeId: Number(change.id) });
  }

  private async add({ importId, audienceId, startedAt }: BegunImport): Promise<Recorded> {
    const [begun] = await this.database.query<object>(sql.BEGIN_ADDING, [importId]);
    if (begun === undefined) throw await whyGivenUp(this.database, audienceId);
    const addition = new ImportAddition(this.database, this.store);
    return {
      added: await addition.run({ importId, audienceId, startedAt, addedUpTo: '' }),
      removed: 0,
    };
  }

  private showAlive(importId: number): void {
    this.database.query(sql.SHOW_ALIVE, [importId]).catch(() => {});
  }
}

async function stageLines(
  staging: ImportStaging,
  { format, strict, mode }: ImportRequest,
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
  // Of a file of which no line is understood nobody means that it takes the place of all members.
  const isNonsense = mode === 'replace' && rejected > 0 && rejected === received;
  if (isNonsense || (strict && rejected > 0)) throw refused(rejected, problems);
  return { received, rejected, problems };
}

function refused(count: number, problems: ImportResult['problems']): ImportRefusedError {
  return new ImportRefusedError(
    `${count} bad line${count === 1 ? '' : 's'}; nothing was imported.`,
    problems,
  );
}
