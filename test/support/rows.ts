import { Client } from 'pg';

export interface AudienceRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly computation_id: string;
  readonly context_kind: string;
  readonly attribute: string;
}

/** `[member key, is a member]`, as a membership is or as a change made it. */
export type MemberState = readonly [string, boolean];

export interface RejectedRow {
  readonly reason: string;
  readonly payload: unknown;
  readonly payload_bytes: number;
}

/** What a test looks up in PostgreSQL, by destination. */
export class Rows {
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client({ connectionString: url });
    // A server that a test stops ends this connection too; the event would end the process.
    this.#client.on('error', () => undefined);
  }

  async connect(): Promise<this> {
    await this.#client.connect();
    return this;
  }

  async end(): Promise<void> {
    await this.#client.end();
  }

  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.#client.query<Row>(sql, [...parameters])).rows;
  }

  /** Oldest first, also those that createAudience made and no event has bound. */
  async audiences(destination: string): Promise<readonly AudienceRow[]> {
    return this.query<AudienceRow>(
      `select id, slug, name, computation_id, context_kind, attribute from audience
       where destination = $1 order by created_at, id`,
      [destination],
    );
  }

  /** In and out, by key. */
  async memberships(destination: string): Promise<readonly MemberState[]> {
    const rows = await this.query<{ member_key: string; is_member: boolean }>(
      `select m.member_key, m.is_member
       from membership m join audience a on a.member_set = m.member_set
       where a.destination = $1 order by m.member_key, a.created_at`,
      [destination],
    );
    return rows.map((row) => [row.member_key, row.is_member]);
  }

  /** Every change, in the order of the feed. */
  async changes(destination: string): Promise<readonly MemberState[]> {
    const rows = await this.query<{ member_keys: string[]; is_members: boolean[] }>(
      `select c.member_keys, c.is_members
       from membership_change c join audience a on a.id = c.audience_id
       where a.destination = $1 order by c.id`,
      [destination],
    );
    return rows.flatMap(({ member_keys, is_members }) =>
      member_keys.map((key, index): MemberState => [key, is_members[index] === true]),
    );
  }

  async rejected(destination: string): Promise<readonly RejectedRow[]> {
    return this.query<RejectedRow>(
      `select reason, payload, payload_bytes from rejected_event where destination = $1 order by id`,
      [destination],
    );
  }

  /** Names of the segments of a product, oldest first. */
  async segments(product: string): Promise<readonly string[]> {
    const rows = await this.query<{ name: string }>(
      'select name from segment where product = $1 order by created_at, id',
      [product],
    );
    return rows.map((row) => row.name);
  }
}
