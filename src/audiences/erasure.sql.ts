import { FEED_CHANNEL } from './membership.sql.js';

/*
 * Erasing members. In all of these: $1 text[] destinations, $2 text[] member keys, $3 bigint[] for
 * each key the time in µs since 1970 up to which it is erased.
 */

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

/**
 * Answers the memberships that were: audience_id, member_key, erased_at (µs). One with a newer event
 * stays: the member came back.
 */
export const DELETE_MEMBERSHIPS = `
  with erased as materialized (
    select a.id as audience_id, k.member_key, max(k.erased_at) as erased_at
    from audience a
    cross join unnest($2::text[], $3::bigint[]) as k (member_key, erased_at)
    where a.destination = any ($1::text[])
    group by 1, 2
  ),
  deleted as (
    delete from membership m using erased e
    where m.audience_id = e.audience_id and m.member_key = e.member_key
      and m.event_at <= timestamptz 'epoch' + e.erased_at * interval '1 microsecond'
    returning m.audience_id, m.member_key, m.is_member, e.erased_at
  )
  select audience_id, member_key, erased_at from deleted where is_member`;

export const LOCK_NUMBERING = `select begin_changes(erasures) from instance`;

/** Takes the keys out of the history. $1 and $2 as above. */
export const SCRUB_CHANGES = `
  update membership_change c
  set (member_keys, is_members, event_ats) = (
    select coalesce(array_agg(k order by n), '{}'), coalesce(array_agg(s order by n), '{}'),
           coalesce(array_agg(t order by n), '{}')
    from unnest(c.member_keys, c.is_members, c.event_ats) with ordinality as u (k, s, t, n)
    where k <> all ($2::text[]))
  from audience a
  where a.id = c.audience_id and a.destination = any ($1::text[]) and c.member_keys && $2::text[]`;

/** Tells the replicas. $1 bigint[] audiences, $2 text[] keys, $3 bigint[] µs, of one length. Under the numbering lock. */
export const RECORD_ERASURES = `
  with numbered as (
    insert into membership_change (id, audience_id, member_keys, is_members, event_ats, erases)
    select nextval('membership_change_number'), audience_id, member_keys, is_members, event_ats, true
    from (
      select audience_id, array_agg(member_key) as member_keys, array_agg(false) as is_members,
             array_agg(timestamptz 'epoch' + erased_at * interval '1 microsecond') as event_ats
      from unnest($1::bigint[], $2::text[], $3::bigint[]) as u (audience_id, member_key, erased_at)
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

/** Erasing changes that every replica has passed. Replicas unseen for an hour load everything anew when they return. */
export const DELETE_PASSED_ERASURES = `
  delete from membership_change
  where erases
    and id <= coalesce((
      select min(feed_position) from replica where seen_at > now() - interval '1 hour'), 0)`;
