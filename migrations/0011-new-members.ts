import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `insert … on conflict` looks each key up, takes a lock for it and writes a WAL record of its own, for
 * what a first sync hardly ever meets: two thirds more work than a plain insert.
 */
const STATEMENTS: readonly string[] = [
  // Answers whether all of them were new, and are stored as members; else nothing is. In a function,
  // for only there can what is no error to anybody be caught before PostgreSQL logs it, with the
  // member's key. In the order of the keys, as every writer: two that wait for each other in turn are
  // a deadlock. Its statement sees more than the one around it, which has counted seen_removals: where
  // an audience got another set of members in between, it leaves everything to that one. Times in µs
  // since 1970.
  `create function insert_new_members(
     audience_ids bigint[], member_keys text[], event_ats bigint[], seen_removals bigint
   ) returns boolean
   language plpgsql volatile as $$
   declare
     inserted bigint;
   begin
     insert into membership (member_set, member_key, is_member, event_at, changed_at)
     select a.member_set, i.member_key, true, i.event_at, clock_timestamp()
     from (
       select unnest(audience_ids) as audience_id, unnest(member_keys) as member_key,
              timestamptz 'epoch' + unnest(event_ats) * interval '1 microsecond' as event_at
     ) i
     join audience a on a.id = i.audience_id
     where (select erasures + purges from instance) = seen_removals
       and (a.purged_before is null or i.event_at >= a.purged_before)
       and ((select erasures from instance) = 0 or not exists (
         select from erased_member e
         where e.destination = a.destination
           and e.key_sha256 = sha256(convert_to(i.member_key, 'UTF8'))
           and e.erased_at >= i.event_at))
     order by a.member_set, i.member_key collate "C";
     get diagnostics inserted = row_count;
     if inserted < cardinality(member_keys) then
       raise exception using errcode = 'unique_violation';
     end if;
     return true;
   exception when unique_violation then
     return false;
   end $$`,
];

export class NewMembers implements MigrationInterface {
  readonly name = 'NewMembers0000000000011';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
