/*
 * The history of changes lies in a partition for each day (UTC), so that old ones go whole. What
 * comes on a day without one goes into the default partition.
 */

/** At most one replica at a time works on partitions; the others need not wait. */
export const TRY_LOCK_PARTITIONS = `select pg_try_advisory_xact_lock(7022364301936525) as is_locked`;

/** Whoever reads or writes the feed waits behind whoever waits for this lock. */
export const SHORT_LOCK_TIMEOUT = `set local lock_timeout = '1s'`;

/** Answers the day (text, as in the names of partitions) of each partition that there is. */
export const READ_DAYS = `
  select substring(c.relname from '_(\\d{8})$') as day
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'membership_change'::regclass and c.relname ~ '_\\d{8}$'
  order by 1`;

/** Whether the default partition has changes of the day that begins at $1 (timestamptz). */
export const IS_IN_DEFAULT = `
  select exists (
    select from membership_change_default
    where recorded_at >= $1 and recorded_at < $1::timestamptz + interval '1 day'
  ) as is_in_default`;

/** `day`: eight digits. */
export function createDay(day: string): string {
  return `
  create table if not exists membership_change_${day} partition of membership_change
  for values from ('${day} 00:00:00+00') to (timestamptz '${day} 00:00:00+00' + interval '1 day')`;
}

/** The last change of a day. */
export function readLastOf(day: string): string {
  return `select coalesce(max(id), 0) as last_id from membership_change_${day}`;
}

export function dropDay(day: string): string {
  return `drop table membership_change_${day}`;
}

/** Up to where every replica has read that was seen within an hour; those that slept longer load everything anew. */
export const READ_PASSED = `
  select coalesce(min(feed_position), 0) as position from replica
  where seen_at > now() - interval '1 hour'`;

/** $1 age in ms, $2 the last id that may go. Answers how many went, of many the first. */
export const DELETE_OLD_DEFAULT = `
  with gone as (
    delete from membership_change_default
    where id in (
      select id from membership_change_default
      where recorded_at < now() - $1::bigint * interval '1 millisecond' and id <= $2
      order by id
      limit 10000
    )
    returning 1
  )
  select count(*) as count from gone`;
