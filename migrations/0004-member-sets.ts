import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Memberships belong to a set, and an audience has one: so another set can be filled while nobody
 * sees it, and take the place of the first in one short step.
 */
const STATEMENTS: readonly string[] = [
  `alter table membership rename column audience_id to member_set`,
  // incoming_set: what is to take the place of member_set; events go to both meanwhile.
  `alter table audience add column member_set bigint, add column incoming_set bigint`,
  `update audience set member_set = id`,
  `alter table audience alter column member_set set not null`,
  `create unique index audience_member_set on audience (member_set)`,
  `create index audience_incoming_set on audience (incoming_set) where incoming_set is not null`,
  // The first set of an audience is called as itself.
  `create function name_member_set() returns trigger
   language plpgsql as $$
   begin
     new.member_set := coalesce(new.member_set, new.id);
     return new;
   end $$`,
  `create trigger audience_name_member_set before insert on audience
   for each row execute function name_member_set()`,

  // new_set: from this change on the audience has that set; nobody else is named in the row.
  // is_record: tells the history what a replacement changed; replicas know it already.
  `alter table membership_change
     add column new_set bigint,
     add column is_record boolean not null default false`,

  // An import under way, or the remains of one. id: its set.
  `create table member_import (
    id bigint primary key,
    audience_id bigint not null,
    old_set bigint,
    state text not null default 'staging' check (state in ('staging', 'dropped', 'switched', 'recorded')),
    started_at timestamptz not null,
    seen_at timestamptz not null default clock_timestamp(),
    switched_at timestamptz,
    switch_change bigint,
    recorded_up_to text collate "C"
  )`,
];

export class MemberSets implements MigrationInterface {
  readonly name = 'MemberSets0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
