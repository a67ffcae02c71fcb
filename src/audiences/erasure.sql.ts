import { FEED_CHANNEL } from './membership.sql.js';

/** $1 text[] destinations, $2 bytea SHA-256 of the key, $3 bigint time in µs since 1970. */
export const REMEMBER_ERASURE = `
  insert into erased_member as e (destination, key_sha256, erased_at)
  select destination, $2, timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
  from unnest($1::text[]) as d (destination)
  order by destination
  on conflict (destination, key_sha256) do update
    set erased_at = greatest(e.erased_at, excluded.erased_at), recorded_at = now()`;

/** Makes every flush that began before notice the erasure: see begin_changes in the first migration. */
export const COUNT_ERASURE = `update instance set erasures = erasures + 1`;

/**
 * $1 text[] destinations, $2 text key, $3 bigint µs. Answers audience_id of each audience it was in.
 * A membership with a newer event stays: the member came back.
 */
export const DELETE_MEMBERSHIPS = `
  with deleted as (
    delete from membership m using audience a
    where a.id = m.audience_id and a.destination = any ($1::text[]) and m.member_key = $2
      and m.event_at <= timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
    returning m.audience_id, m.is_member
  )
  select audience_id from deleted where is_member`;

export const LOCK_NUMBERING = `select begin_changes(erasures) from instance`;

/** Takes the key out of the history. $1 text[] destinations, $2 text key. */
export const SCRUB_CHANGES = `
  update membership_change c
  set (member_keys, is_members, event_ats) = (
    select coalesce(array_agg(k order by n), '{}'), coalesce(array_agg(s order by n), '{}'),
           coalesce(array_agg(t order by n), '{}')
    from unnest(c.member_keys, c.is_members, c.event_ats) with ordinality as u (k, s, t, n)
    where k <> $2)
  from audience a
  where a.id = c.audience_id and a.destination = any ($1::text[]) and c.member_keys @> array[$2]`;

/**
 * Tells the replicas. $1 bigint[] audiences, $2 text key, $3 bigint µs. Under the numbering lock.
 */
export const RECORD_ERASURE = `
  with numbered as (
    insert into membership_change (id, audience_id, member_keys, is_members, event_ats, erases)
    select nextval('membership_change_number'), audience_id, array[$2], array[false],
           array[timestamptz 'epoch' + $3::bigint * interval '1 microsecond'], true
    from unnest($1::bigint[]) as a (audience_id)
    returning id
  )
  select pg_notify('${FEED_CHANNEL}', '') from (select count(*) as changes from numbered) n
  where n.changes > 0`;

/** $1 bytea SHA-256 of the key, $2 text[] destinations. */
export const DELETE_REJECTED = `
  delete from rejected_event where identifiers @> array[$1::bytea] and destination = any ($2::text[])`;

/** Erasing changes that every replica has passed. Replicas unseen for an hour load everything anew when they return. */
export const DELETE_PASSED_ERASURES = `
  delete from membership_change
  where erases
    and id <= coalesce((
      select min(feed_position) from replica where seen_at > now() - interval '1 hour'), 0)`;
