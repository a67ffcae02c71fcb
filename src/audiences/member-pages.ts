import type { Database } from '../database/database.js';
import { UnknownAudienceError, UnknownMemberError } from './audience.errors.js';
import { endOfPrefix } from './key-range.js';
import * as sql from './member-pages.sql.js';

export interface ListedMember {
  readonly memberKey: string;
  /** When the membership became what it is, as this service heard of it. */
  readonly since: Date;
  /** The time of the newest event. */
  readonly eventAt: Date;
}

export interface MemberSelection {
  /** Keys that begin so; '' is all. */
  readonly prefix: string;
  /** Those after this key; '' is from the start. */
  readonly after: string;
  readonly limit: number;
}

/** In the order of the keys; may be fewer than asked for, also where there are more. */
export interface MemberPage {
  readonly members: readonly ListedMember[];
  /** The key that the next page starts after; undefined: this is the last one. */
  readonly next: string | undefined;
}

export interface AudienceOfMember extends Omit<ListedMember, 'memberKey'> {
  readonly audience: {
    readonly id: number;
    readonly key: string | null;
    readonly slug: string | null;
    readonly name: string;
    readonly destination: string;
  };
}

/** Who is in an audience, and where somebody is, page by page: the last page costs what the first does. */
export class MemberPages {
  constructor(private readonly database: Database) {}

  /** Current members. The audience is known to be one. */
  async read(audienceId: number, { prefix, after, limit }: MemberSelection): Promise<MemberPage> {
    const rows = await this.database.query<MemberRow>(sql.READ_MEMBERS, [
      audienceId,
      prefix,
      after,
      endOfPrefix(prefix) ?? null,
      limit + 1,
    ]);
    const end = rows.find((row) => row.is_end)?.member_key;
    const found = rows.filter((row) => !row.is_end);
    const members = found.slice(0, limit).map((row) => ({
      memberKey: row.member_key,
      since: row.changed_at,
      eventAt: row.event_at,
    }));
    return { members, next: found.length > limit ? members.at(-1)?.memberKey : end };
  }

  /** Somebody who is or was in it. @throws UnknownAudienceError, UnknownMemberError */
  async find(
    audienceId: number,
    memberKey: string,
  ): Promise<ListedMember & { readonly isMember: boolean }> {
    const [row] = await this.database.query<StateRow | UnseenRow>(sql.READ_MEMBER, [
      audienceId,
      memberKey,
    ]);
    if (row === undefined) throw new UnknownAudienceError(String(audienceId));
    if (row.is_member === null) {
      throw new UnknownMemberError(`Audience ${audienceId} never had that member.`);
    }
    const { is_member: isMember, changed_at: since, event_at: eventAt } = row;
    return { memberKey, isMember, since, eventAt };
  }

  /** The audiences somebody is in, by id, from behind one. */
  async audiencesOf(
    memberKey: string,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<AudienceOfMember[]> {
    const rows = await this.database.query<AudienceRow>(sql.READ_AUDIENCES_OF, [
      memberKey,
      after,
      limit,
    ]);
    return rows.map(({ id, changed_at: since, event_at: eventAt, ...named }) => ({
      audience: { ...named, id: Number(id) },
      since,
      eventAt,
    }));
  }
}

interface Times {
  readonly changed_at: Date;
  readonly event_at: Date;
}

interface MemberRow extends Times {
  readonly member_key: string;
  /** It tells where the search ended, and has no times. */
  readonly is_end: boolean;
}

interface StateRow extends Times {
  readonly is_member: boolean;
}

interface UnseenRow {
  readonly is_member: null;
}

interface AudienceRow extends Times {
  readonly id: string;
  readonly key: string | null;
  readonly slug: string | null;
  readonly name: string;
  readonly destination: string;
}
