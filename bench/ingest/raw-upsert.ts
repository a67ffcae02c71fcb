import { Pool } from 'pg';
import { BATCH_SIZE, memberKey } from './batches.js';

const CONNECTIONS = 2;

const UPSERT = `
  insert into raw_membership as m (audience_id, member_key, is_member, event_at)
  select audience_id, member_key, is_member, event_at
  from unnest($1::bigint[], $2::text[], $3::boolean[], $4::timestamptz[])
    as i (audience_id, member_key, is_member, event_at)
  on conflict (audience_id, member_key) do update
    set is_member = excluded.is_member, event_at = excluded.event_at
    where excluded.event_at > m.event_at`;

/** The reference of ingest: the same rows straight through pg, without HTTP and without change rows. */
export class RawUpsert {
  private readonly pool: Pool;
  private audience = 0;

  constructor(url: string) {
    this.pool = new Pool({ connectionString: url, max: CONNECTIONS });
  }

  async prepare(): Promise<void> {
    await this.pool.query(`
      create table raw_membership (
        audience_id bigint not null, member_key text collate "C" not null,
        is_member boolean not null, event_at timestamptz not null,
        primary key (audience_id, member_key))`);
  }

  /** Writes batches of new members into an audience of their own. */
  async write(batches: number): Promise<void> {
    this.audience += 1;
    const pending = Array.from({ length: batches }, (_, batch) => batch);
    const connection = async (): Promise<void> => {
      for (let batch = pending.shift(); batch !== undefined; batch = pending.shift()) {
        await this.pool.query({ name: 'upsert', text: UPSERT, values: this.rows(batch) });
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private rows(batch: number): unknown[] {
    const rows = Array.from({ length: BATCH_SIZE }, (_, index) => index);
    return [
      rows.map(() => this.audience),
      rows.map((index) => memberKey(batch * BATCH_SIZE + index)),
      rows.map(() => true),
      rows.map(() => '2026-05-03T19:42:50.066179Z'),
    ];
  }
}
