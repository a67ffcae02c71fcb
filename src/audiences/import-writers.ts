import type { Database } from '../database/database.js';
import { ImportGivenUpError } from './import.errors.js';
import { READ_WRITERS } from './import.sql.js';

const POLL_MS = 20;
const WARN_AFTER_MS = 5_000;
const GIVE_UP_AFTER_MS = 60_000;

/** How long the wait is, by whose clock, and who is told of a long one. */
export interface WriterPatience {
  readonly warn: (message: string) => void;
  /** Milliseconds, of any beginning. */
  readonly now?: () => number;
}

/** The transactions that were writing memberships at one moment. */
export class ImportWriters {
  private constructor(
    private readonly database: Database,
    private readonly writers: ReadonlySet<string>,
  ) {}

  static async now(database: Database): Promise<ImportWriters> {
    const rows = await database.query<WriterRow>(READ_WRITERS);
    return new ImportWriters(database, new Set(rows.map(({ writer }) => writer)));
  }

  /**
   * Resolves when all of them have ended.
   * @throws ImportGivenUpError after a minute: the service's own end within seconds.
   */
  async ended({ warn, now = () => performance.now() }: WriterPatience): Promise<void> {
    const begun = now();
    let isTold = false;
    for (;;) {
      const [left] = await this.left();
      if (left === undefined) return;
      const waited = now() - begun;
      if (waited > GIVE_UP_AFTER_MS) throw new ImportGivenUpError(wordsFor(left, waited));
      if (waited > WARN_AFTER_MS && !isTold) warn(wordsFor(left, waited));
      isTold = waited > WARN_AFTER_MS;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private async left(): Promise<readonly WriterRow[]> {
    const rows = await this.database.query<WriterRow>(READ_WRITERS);
    return rows.filter(({ writer }) => this.writers.has(writer));
  }
}

interface WriterRow {
  readonly writer: string;
  /** Null: of a prepared transaction. */
  readonly pid: number | null;
  readonly application: string;
}

function wordsFor({ pid, application }: WriterRow, waited: number): string {
  const who = pid === null ? 'a prepared transaction' : `process ${pid} ('${application}')`;
  return (
    `An import has waited ${Math.round(waited / 1_000)} s for a transaction that writes to ` +
    `memberships, of PostgreSQL's ${who}. After ${GIVE_UP_AFTER_MS / 1_000} s it is given up, ` +
    `and nothing is imported.`
  );
}
