import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Key of the advisory lock under which changes are numbered: any constant that nothing else locks. */
const NUMBERING_LOCK = 7_022_364_301_936_522;

/** The tables of the first version. One statement a string, in the order they depend on each other. */
const STATEMENTS: readonly string[] = [
  // One row. `erasures` counts erased members, so that a flush whose snapshot is older than an
  // erasure notices it (see begin_changes below).
  `create table instance (
    singleton boolean primary key default true check (singleton),
    salt text not null,
    epoch uuid not null default gen_random_uuid(),
    revision bigint not null default 0,
    erasures bigint not null default 0
  )`,
  `insert into instance (salt)
   values (encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex'))`,

  // Drawn at random by the service and not from a sequence: Segment sends back whatever id another
  // receiver once gave an audience, and a small number of that receiver must not name one of ours.
  `create table audience (
    id bigint primary key,
    destination text not null,
    computation_id text,
    context_kind text not null,
    key text,
    slug text unique,
    name text not null,
    attribute text not null,
    space text,
    status text not null default 'live' check (status in ('live', 'archived')),
    alias_of bigint references audience (id) on delete cascade,
    purged_before timestamptz,
    first_event_at timestamptz,
    last_event_at timestamptz,
    created_at timestamptz not null default now(),
    unique (destination, computation_id, context_kind)
  )`,
  `create index audience_alias_of on audience (alias_of) where alias_of is not null`,
  `create index audience_unbound on audience (destination, name) where computation_id is null and alias_of is null`,

  // No foreign key to audience: memberships can then be spread by audience over several machines.
  // Collation "C": keys are identifiers, and byte order is the cheapest that is the same everywhere.
  // previous: what is_member was before the last write, null after an insert. It tells the statement
  // that wrote a row whether the membership changed, also on PostgreSQL before 18, which lacks
  // "returning old".
  `create table membership (
    audience_id bigint not null,
    member_key text collate "C" not null,
    is_member boolean not null,
    previous boolean,
    event_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (audience_id, member_key)
  )`,
  `create table membership_change (
    id bigint not null,
    recorded_at timestamptz not null default now(),
    audience_id bigint not null,
    member_keys text[] collate "C" not null,
    is_members boolean[] not null,
    event_ats timestamptz[] not null,
    erases boolean not null default false,
    primary key (recorded_at, id)
  ) partition by range (recorded_at)`,
  `create index membership_change_id on membership_change (id)`,
  `create index membership_change_audience on membership_change (audience_id, id)`,
  `create index membership_change_erases on membership_change (id) where erases`,
  `create table membership_change_default partition of membership_change default`,
  `create sequence membership_change_number`,

  // Numbers must be drawn in commit order, or a reader that asks for "id > last" misses rows: so
  // under a lock that is held to the commit. A function, because its statements run in the order
  // they stand in, and because each of them (it is volatile) sees what was committed until then,
  // which the statement around it does not: a flush that overlapped an erasure learns of it here
  // and is repeated by the service (SQLSTATE 40001).
  `create function begin_changes(seen_erasures bigint) returns boolean
   language plpgsql volatile as $$
   begin
     perform pg_advisory_xact_lock(${NUMBERING_LOCK});
     if (select erasures from instance) <> seen_erasures then
       raise exception 'a member was erased meanwhile' using errcode = '40001';
     end if;
     return true;
   end $$`,

  `create table segment (
    id uuid primary key default gen_random_uuid(),
    product text not null,
    name text not null,
    description text not null default '',
    definition jsonb not null,
    audience_id bigint references audience (id),
    overlay boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    created_by text not null,
    updated_at timestamptz not null default clock_timestamp(),
    updated_by text not null,
    unique (product, name)
  )`,
  `create index segment_audience on segment (audience_id) where audience_id is not null`,
  `create table segment_change (
    id bigint generated always as identity primary key,
    segment_id uuid not null,
    product text not null,
    version integer not null,
    definition jsonb,
    changed_by text not null,
    changed_at timestamptz not null default clock_timestamp()
  )`,
  `create index segment_change_segment on segment_change (segment_id, id)`,

  `create table rejected_event (
    id bigint generated always as identity primary key,
    destination text not null,
    reason text not null,
    detail text not null,
    received_at timestamptz not null,
    payload json,
    payload_bytes integer not null,
    identifiers bytea[] not null
  )`,
  `create index rejected_event_destination on rejected_event (destination, reason, id)`,
  `create index rejected_event_identifiers on rejected_event using gin (identifiers)`,
  `create table erased_member (
    destination text not null,
    key_sha256 bytea not null,
    erased_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (destination, key_sha256)
  )`,

  `create table base_config (
    sdk_id text primary key,
    etag text,
    json text not null,
    fetched_at timestamptz not null
  )`,
  `create table outbox (
    id bigint generated always as identity primary key,
    scope text not null,
    subject text not null,
    from_version text not null,
    to_version text not null,
    event json not null,
    created_at timestamptz not null default clock_timestamp(),
    leased_until timestamptz,
    attempts integer not null default 0,
    unique (scope, subject, from_version, to_version)
  )`,
  `create table replica (
    id uuid primary key,
    feed_position bigint not null,
    seen_at timestamptz not null
  )`,
];

export class Initial implements MigrationInterface {
  /** TypeORM orders migrations by the 13 digits at the end of their name. */
  readonly name = 'Initial0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
