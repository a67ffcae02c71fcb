import type { Rows } from './rows.js';

/** One event that was sent, about one member of one audience. */
export interface SentEvent {
  /** The audience's key. */
  readonly audience: string;
  readonly member: string;
  readonly isMember: boolean;
  /** Milliseconds since 1970; no other event of any member has the same. */
  readonly at: number;
}

/** What may be stored after events were sent, some of which nobody ever heard the end of. */
export class MembershipModel {
  readonly #members = new Map<string, SentToMember>();
  readonly #audiences = new Set<string>();

  get size(): number {
    return this.#members.size;
  }

  /** Before the request: from now on the event may be stored. */
  sent(events: readonly SentEvent[]): void {
    for (const { audience, member, isMember, at } of events) {
      this.#audiences.add(audience);
      const key = `${audience} ${member}`;
      const sent = this.#members.get(key) ?? { states: new Map<number, boolean>(), newest: 0 };
      sent.states.set(at, isMember);
      this.#members.set(key, sent);
    }
  }

  /** Answered with 2xx: from now on it must be, or a newer one. */
  answered(events: readonly SentEvent[]): void {
    for (const { audience, member, at } of events) {
      const sent = this.#members.get(`${audience} ${member}`);
      if (sent !== undefined) sent.newest = Math.max(sent.newest, at);
    }
  }

  /** What is wrong in the table, in words; nothing where all is well. */
  async problems(rows: Rows): Promise<readonly string[]> {
    const stored = await rows.query<StoredRow>(
      `select a.key as audience, m.member_key as member, m.is_member,
              (extract(epoch from m.event_at) * 1000)::float8 as at
       from membership m join audience a on a.member_set = m.member_set`,
    );
    const found = new Map(stored.map((row) => [`${row.audience} ${row.member}`, row]));
    // Of other audiences a test may have made members too.
    const strangers = stored
      .filter(({ audience }) => this.#audiences.has(audience))
      .map((row) => `${row.audience} ${row.member}`)
      .filter((key) => !this.#members.has(key));
    return [
      ...strangers.map((key) => `${key} was never sent`),
      ...[...this.#members].flatMap(([key, sent]) => problemOf(key, sent, found.get(key)) ?? []),
    ];
  }
}

interface SentToMember {
  /** By time. */
  readonly states: Map<number, boolean>;
  /** The newest that was answered; 0: none. */
  newest: number;
}

interface StoredRow {
  readonly audience: string;
  readonly member: string;
  readonly is_member: boolean;
  readonly at: number;
}

function problemOf(
  key: string,
  sent: SentToMember,
  row: StoredRow | undefined,
): string | undefined {
  if (row === undefined) return sent.newest === 0 ? undefined : `${key} is lost`;
  if (row.at < sent.newest) return `${key} is of ${row.at}, but ${sent.newest} was answered`;
  const isMember = sent.states.get(row.at);
  if (isMember === undefined) return `${key} has a time that was never sent: ${row.at}`;
  return isMember === row.is_member ? undefined : `${key} is not what its event of ${row.at} said`;
}
