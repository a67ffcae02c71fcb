import type { Database } from '../database/database.js';
import { KEEP_ERASING_OUT } from './erasure.sql.js';
import { EXPLAIN_NOT_WRITTEN, WRITE_MEMBERSHIPS } from './membership.sql.js';
import { NewMembersGuess } from './new-members-guess.js';

/** One event about one member, ready to be stored. */
export interface MembershipEvent {
  readonly audienceId: number;
  readonly memberKey: string;
  readonly isMember: boolean;
  /** Microseconds since 1970. */
  readonly eventAt: number;
}

/**
 * What storing an event did. added, removed: the membership changed. unchanged: a repetition, or a
 * leave of someone never seen. stale: something newer is known. gone: nothing was stored, for there
 * is no such audience (any more).
 */
export type MembershipOutcome = 'added' | 'removed' | 'unchanged' | 'stale' | 'gone';

const WRITE = { name: 'write_memberships', text: WRITE_MEMBERSHIPS };

/** Positions in what was written, comma-separated. */
interface WrittenRow {
  readonly not_written: string | null;
  readonly repeated: string | null;
  readonly all_new: boolean;
}

/** What ends a quoted item of an array literal, or escapes. */
const SPECIAL = /["\\]/;
const SPECIAL_ALL = /["\\]/g;

/** Memberships in PostgreSQL. */
export class MembershipStore {
  private readonly newMembers = new NewMembersGuess();

  constructor(private readonly database: Database) {}

  /**
   * Stores events durably; the newest for each (audience, member) wins, a leave at the same
   * microsecond. No (audience, member) may stand twice in `events`. Repeating a call does no harm.
   * @returns the outcome of each event, in the order of `events`.
   */
  async write(events: readonly MembershipEvent[]): Promise<MembershipOutcome[]> {
    const guess = this.newMembers.isLikely(events);
    let row: WrittenRow | undefined;
    try {
      [row] = await this.database.queryPromptly<WrittenRow>(WRITE, [...columns(events), guess]);
    } finally {
      // Also where it took too long: the next attempt shall not do the work twice again.
      if (guess) this.newMembers.learn(events, row?.all_new === true);
    }
    return this.outcomesOf(events, row);
  }

  /** The same while no erasure may begin: for whoever lost to some already. */
  async writeUndisturbed(events: readonly MembershipEvent[]): Promise<MembershipOutcome[]> {
    const row = await this.database.transactPromptly(async (query) => {
      await query({ name: 'keep_erasing_out', text: KEEP_ERASING_OUT });
      const [written] = await query<WrittenRow>(WRITE, [...columns(events), false]);
      return written;
    });
    return this.outcomesOf(events, row);
  }

  private async outcomesOf(
    events: readonly MembershipEvent[],
    row: WrittenRow | undefined,
  ): Promise<MembershipOutcome[]> {
    const outcomes = events.map<MembershipOutcome>((event) =>
      event.isMember ? 'added' : 'removed',
    );
    for (const index of indices(row?.repeated)) {
      outcomes[index] = 'unchanged';
    }
    const notWritten = indices(row?.not_written);
    if (notWritten.length > 0) {
      await this.classify(events, notWritten, outcomes);
    }
    return outcomes;
  }

  private async classify(
    events: readonly MembershipEvent[],
    notWritten: readonly number[],
    outcomes: MembershipOutcome[],
  ): Promise<void> {
    const subset = notWritten.flatMap((index) => events[index] ?? []);
    const reasons = await this.database.queryPromptly<{ position: string; is_gone: boolean }>(
      { name: 'explain_not_written', text: EXPLAIN_NOT_WRITTEN },
      columns(subset),
    );
    for (const index of notWritten) {
      outcomes[index] = 'stale';
    }
    for (const { position, is_gone: isGone } of reasons) {
      const index = notWritten[Number(position) - 1];
      if (index !== undefined) {
        outcomes[index] = isGone ? 'gone' : 'unchanged';
      }
    }
  }
}

/** Array literals of our own: pg looks at each item's type and escapes all of them, which takes twice as long. */
function columns(events: readonly MembershipEvent[]): string[] {
  return [
    `{${events.map((event) => event.audienceId).join()}}`,
    `{${events.map((event) => quoted(event.memberKey)).join()}}`,
    `{${events.map((event) => (event.isMember ? 't' : 'f')).join()}}`,
    `{${events.map((event) => event.eventAt).join()}}`,
  ];
}

function quoted(text: string): string {
  return SPECIAL.test(text) ? `"${text.replaceAll(SPECIAL_ALL, '\\$&')}"` : `"${text}"`;
}

function indices(positions: string | null | undefined): number[] {
  return positions ? positions.split(',').map((position) => Number(position) - 1) : [];
}
