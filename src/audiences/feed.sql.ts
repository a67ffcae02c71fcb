/** The position that the snapshot of the transaction around it ends at. Numbers are in commit order, so nothing up to it is missing. */
export const READ_POSITION = `
  select coalesce(max(id), 0) as position from membership_change`;

/**
 * Which history of changes this is, and the newest number in it. A restored database has another
 * epoch if whoever restored it says so; a timeline of its own in any case, as has a standby that took
 * over; and a server that crashed with synchronous_commit off may have lost what was read already.
 */
export const READ_HISTORY = `
  select concat_ws(' ', epoch, pg_postmaster_start_time(),
                   substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)) as history,
         (select last_value from membership_change_number) as newest
  from instance`;

/** $1 the last id that was read, $2 how many rows at most. `age`: seconds since its transaction began, by the server's clock alone. */
export const READ_CHANGES = `
  select
    id, audience_id, new_set, is_record, to_json(member_keys) as member_keys, to_json(is_members) as is_members,
    extract(epoch from clock_timestamp() - recorded_at)::float8 as age
  from membership_change
  where id > $1
  order by id
  limit $2`;

/** Two columns only: the whole rows take three times as long. */
export const COPY_MEMBERS = `
  copy (
    select a.id, m.member_key from membership m join audience a using (member_set) where m.is_member
  ) to stdout`;

/** The members of one set, in the same columns. `memberSet`: a number. */
export function copySet(memberSet: number): string {
  return `copy (
    select 0, member_key from membership where member_set = ${BigInt(memberSet)} and is_member
  ) to stdout`;
}

/** $1 bigint audience. */
export const READ_AUDIENCE_MEMBERS = `
  select m.member_key from membership m join audience a using (member_set)
  where a.id = $1 and m.is_member`;

/** $1 uuid of this process, $2 bigint position. */
export const SHOW_REPLICA = `
  insert into replica (id, feed_position, seen_at) values ($1, $2, now())
  on conflict (id) do update set feed_position = excluded.feed_position, seen_at = excluded.seen_at`;

/** $1 uuid of this process. Also those that died long ago. */
export const FORGET_REPLICA = `
  delete from replica where id = $1 or seen_at < now() - interval '1 day'`;
