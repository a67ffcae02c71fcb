import type { Database } from '../database/database.js';
import * as sql from './change-pages.sql.js';

export interface ListedChange {
  readonly memberKey: string;
  readonly entered: boolean;
  readonly eventAt: Date;
  readonly recordedAt: Date;
}

/** A member of a change; '' stands before all of them. */
export interface ChangePlace {
  readonly changeId: number;
  readonly memberKey: string;
}

export interface ChangeSelection {
  /** Recorded then or later. */
  readonly since?: Date | undefined;
  /** Recorded earlier. */
  readonly until?: Date | undefined;
  readonly after?: ChangePlace | undefined;
  readonly limit: number;
}

/** The newest first; may be fewer than asked for, also where there are more. */
export interface ChangePage {
  readonly changes: readonly ListedChange[];
  /** Where the next page goes on; undefined: this is the last one. */
  readonly next: ChangePlace | undefined;
}

/** Who entered and left an audience, page by page, as long as the history is kept. */
export class ChangePages {
  constructor(private readonly database: Database) {}

  async read(
    audienceId: number,
    { since, until, after, limit }: ChangeSelection,
  ): Promise<ChangePage> {
    const rows = await this.database.query<ChangeRow | EndRow>(sql.READ_CHANGE_PAGE, [
      audienceId,
      since ?? null,
      until ?? null,
      after?.changeId ?? null,
      after?.memberKey ?? null,
      limit + 1,
    ]);
    const found = rows.filter((row) => !row.is_end);
    const passed = found.slice(0, limit);
    const last = found.length > limit ? passed.at(-1) : rows.find((row) => row.is_end);
    return {
      changes: passed
        .filter((row) => !row.is_erased)
        .map((row) => ({
          memberKey: row.member_key,
          entered: row.entered,
          eventAt: row.event_at,
          recordedAt: row.recorded_at,
        })),
      next: last && placeOf(last),
    };
  }
}

interface ChangeRow {
  readonly is_end: false;
  readonly is_erased: boolean;
  readonly id: string;
  readonly recorded_at: Date;
  readonly member_key: string;
  readonly entered: boolean;
  readonly event_at: Date;
}

/** Where the search ended: all of that change was looked at. */
interface EndRow {
  readonly is_end: true;
  readonly id: string;
}

function placeOf(row: ChangeRow | EndRow): ChangePlace {
  const changeId = Number(row.id);
  return row.is_end
    ? { changeId: changeId - 1, memberKey: '' }
    : { changeId, memberKey: row.member_key };
}
