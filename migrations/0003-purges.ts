import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Key of the numbering lock, as in the first migration. */
const NUMBERING_LOCK = 7_022_364_301_936_522;

const STATEMENTS: readonly string[] = [
  // Counted like erasures, and for the same reason: a flush whose snapshot is older than a purge
  // must not bring back a member whose tombstone went meanwhile.
  `alter table instance add column purges bigint not null default 0`,
  // When old tombstones were looked for last, by any replica.
  `alter table instance add column purged_at timestamptz not null default '-infinity'`,
  `drop function begin_changes(bigint)`,
  `create function begin_changes(seen_removals bigint) returns boolean
   language plpgsql volatile as $$
   begin
     perform pg_advisory_xact_lock(${NUMBERING_LOCK});
     if (select erasures + purges from instance) <> seen_removals then
       raise exception 'members were removed for good meanwhile' using errcode = '40001';
     end if;
     return true;
   end $$`,
];

export class Purges implements MigrationInterface {
  readonly name = 'Purges0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
