import { FEED_CHANNEL } from './membership.sql.js';

/** Locks the audience and its aliases, these first: no segment can refer to it from here on. $1 bigint id. Nothing where there is no such audience, or it is an alias. */
export const READ_WITH_ALIASES = `
  select id from audience
  where (id = $1 and alias_of is null) or alias_of = $1
  order by alias_of is null, id
  for update`;

/** $1 bigint audience. Some of the segments that refer to it, by name. */
export const READ_USES = `
  select product, name from segment where audience_id = $1 order by product, name limit 10`;

/**
 * Takes the audience's row away, and tells the replicas that it has a set of its own from now on in
 * which nobody is; what is left of it is noted like what an import took the place of. $1 bigint
 * audience, $2 bigint a new set. Under the numbering lock.
 */
export const DELETE_AUDIENCE = `
  with gone as (
    delete from audience where id = $1 returning id, member_set, destination
  ),
  told as (
    insert into membership_change (id, audience_id, member_keys, is_members, event_ats, new_set)
    select nextval('membership_change_number'), id, '{}', '{}', '{}', $2::bigint from gone
    returning id
  ),
  noted as (
    insert into member_import
      (id, audience_id, old_set, state, started_at, switched_at, switch_change, destination)
    select $2::bigint, g.id, g.member_set, 'recorded', clock_timestamp(), clock_timestamp(), t.id,
           g.destination
    from gone g cross join told t
    returning 1
  )
  select pg_notify('${FEED_CHANNEL}', '') from (select count(*) from noted) n`;

/** $1 bigint audience, $2 how many. Answers how many went. */
export const DELETE_SOME_HISTORY = `
  with gone as (
    delete from membership_change
    where (recorded_at, id) in (
      select recorded_at, id from membership_change where audience_id = $1 order by id limit $2)
    returning 1
  )
  select count(*)::int as count from gone`;
