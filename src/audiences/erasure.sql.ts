import { FEED_CHANNEL } from './membership.sql.js';

/*
 * Erasing members. In all of these: $1 text[] destinations, $2 text[] member keys, $3 bigint[] for
 * each key the time in µs since 1970 up to which it is erased.
 */

/** One erasure at a time: two that share members would lock their rows in different orders. */
export const LOCK_ERASING = `select pg_advisory_xact_lock(7022364301936524)`;

export const REMEMBER_ERASURES = `
  insert into erased_member as e (destination, key_sha256, erased_at)
  select d.destination, sha256(convert_to(k.member_key, 'UTF8')),
         timestamptz 'epoch' + max(k.erased_at) * interval '1 microsecond'
  from unnest($1::text[]) as d (destination)
  cross join unnest($2::text[], $3::bigint[]) as k (member_key, erased_at)
  group by 1, 2
  order by 1, 2
  on conflict (destination, key_sha256) do update
    set erased_at = greatest(e.erased_at, excluded.erased_at), recorded_at = now()`;

/** Makes every flush that began before notice the erasure: see begin_changes in the first migration. */
export const COUNT_ERASURE = `update instance set erasures = erasures + 1`;

/** All audiences of which anything is stored, also those that were deleted. */
const AUDIENCES = `
      select id, destination from audience
      union all
      select audience_id, destination from member_import where destination is not null`;

/** Every set with members of these audiences, also those that imports have left or not yet shown. */
const SETS = `
      select id as audience_id, member_set from audience where destination = any ($1::text[])
      union
      select i.audience_id, unnest(array[i.id, i.old_set])
      from member_import i join (${AUDIENCES}) a on a.id = i.audience_id
      where a.destination = any ($1::text[])`;

/**
 * Answers what was deleted, tombstones too: audience_id, member_key, is_member (false from now on)
 * and event_at, the erasure's time in µs. A membership with a newer event stays: the member came
 * back. Locks in the order of the keys, as flushes do.
 */
export const DELETE_MEMBERSHIPS = `
  with erased as materialized (
    select s.member_set, s.audience_id, k.member_key, max(k.erased_at) as erased_at
    from (${SETS}) s
    cross join unnest($2::text[], $3::bigint[]) as k (member_key, erased_at)
    group by 1, 2, 3
  ),
  locked as materialized (
    select m.member_set, e.audience_id, m.member_key, e.erased_at
    from erased e
    join membership m on m.member_set = e.member_set and m.member_key = e.member_key
    where m.event_at <= timestamptz 'epoch' + e.erased_at * interval '1 microsecond'
    order by m.member_set, m.member_key
    for update of m
  ),
  deleted as (
    delete from membership m using locked l
    where m.member_set = l.member_set and m.member_key = l.member_key
    returning l.audience_id, m.member_key, l.erased_at
  )
  select distinct audience_id, member_key, false as is_member, erased_at as event_at from deleted`;

/** What has stayed of these members, in the columns of DELETE_MEMBERSHIPS. $1 and $2 as above. */
export const READ_KEPT = `
  select a.id as audience_id, m.member_key, m.is_member,
         (extract(epoch from m.event_at) * 1000000)::bigint as event_at
  from audience a
  join membership m on m.member_set = a.member_set
  where a.destination = any ($1::text[]) and m.member_key = any ($2::text[])`;

export const LOCK_NUMBERING = `select begin_changes(erasures + purges) from instance`;

/**
 * Once the numbering lock is held every flush waits. The server gives it back when one of the
 * statements after it takes too long, or the next one does not come.
 */
export const BOUND_NUMBERING = [
  `set local statement_timeout = '4s'`,
  `set local idle_in_transaction_session_timeout = '2s'`,
];

/**
 * Takes what is erased out of the history. What told replicas of earlier erasures stays until they
 * have read it. $1 to $3 as above, $4 bigint: only of changes after this one.
 */
export const SCRUB_CHANGES = `
  update membership_change c
  set (member_keys, is_members, event_ats) = (
    select coalesce(array_agg(k order by n), '{}'), coalesce(array_agg(s order by n), '{}'),
           coalesce(array_agg(t order by n), '{}')
    from unnest(c.member_keys, c.is_members, c.event_ats) with ordinality as u (k, s, t, n)
    where not exists (
      select from unnest($2::text[], $3::bigint[]) as e (member_key, erased_at)
      where e.member_key = k and t <= timestamptz 'epoch' + e.erased_at * interval '1 microsecond'))
  from (${AUDIENCES}) a
  where a.id = c.audience_id and a.destination = any ($1::text[]) and c.member_keys && $2::text[]
    and not c.erases and c.id > $4::bigint`;

/** Tells the replicas. $1 bigint[] audiences, $2 text[] keys, $3 boolean[] states, $4 bigint[] µs, of one length; the last of a member counts. Under the numbering lock. */
export const RECORD_ERASURES = `
  with numbered as (
    insert into membership_change (id, audience_id, member_keys, is_members, event_ats, erases)
    select nextval('membership_change_number'), audience_id, member_keys, is_members, event_ats, true
    from (
      select audience_id, array_agg(member_key order by n) as member_keys,
             array_agg(is_member order by n) as is_members,
             array_agg(timestamptz 'epoch' + event_at * interval '1 microsecond' order by n) as event_ats
      from unnest($1::bigint[], $2::text[], $3::boolean[], $4::bigint[]) with ordinality
        as u (audience_id, member_key, is_member, event_at, n)
      group by audience_id
    ) erased
    returning id
  )
  select pg_notify('${FEED_CHANNEL}', '') from (select count(*) as changes from numbered) n
  where n.changes > 0`;

/** $1 and $2 as above. */
export const DELETE_REJECTED = `
  delete from rejected_event
  where destination = any ($1::text[])
    and identifiers && array(select sha256(convert_to(k, 'UTF8')) from unnest($2::text[]) as u (k))`;

/** The destinations of which anything is stored, also such as the options do not name any more. */
export const READ_DESTINATIONS = `
  select destination from (${AUDIENCES}) a
  union
  select destination from rejected_event`;

/** Erasing changes that every replica has passed. Replicas unseen for an hour load everything anew when they return. */
export const DELETE_PASSED_ERASURES = `
  delete from membership_change
  where erases
    and id <= coalesce((
      select min(feed_position) from replica where seen_at > now() - interval '1 hour'), 0)`;
