import { FEED_CHANNEL } from './membership.sql.js';

/*
 * Erasing members. In all of these: $1 text[] destinations, $2 text[] member keys, $3 bigint[] the
 * time in µs since 1970 up to which the member is erased; of one length.
 */

/**
 * One fence at a time, and none while somebody has the lock shared: whoever lost to erasures twice
 * takes it, so that none comes between again.
 */
export const LOCK_ERASING = `select pg_advisory_xact_lock(7022364301936524)`;
export const KEEP_ERASING_OUT = `select pg_advisory_xact_lock_shared(7022364301936524)`;

export const REMEMBER_ERASURES = `
  insert into erased_member as e (destination, key_sha256, erased_at)
  select destination, sha256(convert_to(member_key, 'UTF8')),
         timestamptz 'epoch' + max(erased_at) * interval '1 microsecond'
  from unnest($1::text[], $2::text[], $3::bigint[]) as k (destination, member_key, erased_at)
  group by 1, 2
  order by 1, 2
  on conflict (destination, key_sha256) do update
    set erased_at = greatest(e.erased_at, excluded.erased_at), recorded_at = now()`;

/** What the history is to forget: see HistoryErasure. */
export const REMEMBER_HISTORY = `
  insert into history_erasure as e (destination, member_key, erased_at)
  select destination, member_key, timestamptz 'epoch' + max(erased_at) * interval '1 microsecond'
  from unnest($1::text[], $2::text[], $3::bigint[]) as k (destination, member_key, erased_at)
  group by 1, 2
  order by 1, 2
  on conflict (destination, member_key) do update
    set erased_at = greatest(e.erased_at, excluded.erased_at), leased_until = null`;

/** Nobody numbers changes until the transaction's end: what was numbered before is committed. */
export const LOCK_NUMBERING = `select pg_advisory_xact_lock(7022364301936522)`;

/** Makes every flush that began before notice the erasure: see begin_changes in the first migration. */
export const COUNT_ERASURE = `update instance set erasures = erasures + 1`;

/**
 * Once the numbering lock is held every flush waits. The server gives it back when one of the
 * statements after it takes too long, or the next one does not come.
 */
export const BOUND_NUMBERING = [
  `set local statement_timeout = '4s'`,
  `set local idle_in_transaction_session_timeout = '2s'`,
];

/** All audiences of which anything is stored, also those that were deleted. */
const AUDIENCES = `
      select id, destination from audience
      union all
      select audience_id, destination from member_import where destination is not null`;

/** Every set with members of these audiences, also those that imports have left or not yet shown. */
const SETS = `
    select destination, id as audience_id, member_set from audience
    where destination = any ($1::text[])
    union
    select a.destination, i.audience_id, unnest(array[i.id, i.old_set])
    from member_import i join (${AUDIENCES}) a on a.id = i.audience_id
    where a.destination = any ($1::text[])`;

/**
 * Answers what was deleted, tombstones too, and whose newer membership has stayed, in any set:
 * audience_id, member_key, and erased_at in µs where it was deleted (else null). Locks in the order
 * of the keys, as flushes do. Few keys are looked up in each set; for many PostgreSQL may rather read
 * all memberships once, so nothing here says how.
 */
export const DELETE_MEMBERSHIPS = `
  with erased as (
    select destination, member_key, max(erased_at) as erased_at
    from unnest($1::text[], $2::text[], $3::bigint[]) as k (destination, member_key, erased_at)
    group by 1, 2
  ),
  sets as (${SETS}
  ),
  found as materialized (
    select m.member_set, s.audience_id, m.member_key, e.erased_at,
           m.event_at > timestamptz 'epoch' + e.erased_at * interval '1 microsecond' as is_newer
    from erased e
    join sets s on s.destination = e.destination
    join membership m on m.member_set = s.member_set and m.member_key = e.member_key
  ),
  locked as materialized (
    select m.member_set, f.audience_id, m.member_key, f.erased_at
    from found f
    join membership m on m.member_set = f.member_set and m.member_key = f.member_key
    where m.event_at <= timestamptz 'epoch' + f.erased_at * interval '1 microsecond'
    order by m.member_set, m.member_key
    for update of m
  ),
  deleted as (
    delete from membership m using locked l
    where m.member_set = l.member_set and m.member_key = l.member_key
    returning l.audience_id, m.member_key, l.erased_at
  )
  select distinct audience_id, member_key, erased_at from deleted
  union all
  select distinct audience_id, member_key, null::bigint from found where is_newer`;

/** What there is of these members now. $1 bigint[] audiences, $2 text[] keys, of one length. Times in µs. */
export const READ_KEPT = `
  select a.id as audience_id, m.member_key, m.is_member,
         (extract(epoch from m.event_at) * 1000000)::bigint as event_at
  from (select distinct audience_id, member_key
        from unnest($1::bigint[], $2::text[]) as u (audience_id, member_key)) k
  join audience a on a.id = k.audience_id
  join membership m on m.member_set = a.member_set and m.member_key = k.member_key`;

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

/** $1 one destination, $2 text[] keys. */
export const DELETE_REJECTED = `
  delete from rejected_event
  where destination = $1
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

/*
 * The history, which forgets in the background.
 */

/** $1 how many, $2 for how many ms. Answers members that nobody else is at: destination, member_key and erased_at in µs. */
export const CLAIM_HISTORY = `
  with claimed as (
    update history_erasure e
    set leased_until = now() + $2::bigint * interval '1 millisecond'
    where (destination, member_key) in (
      select destination, member_key from history_erasure
      where leased_until is null or leased_until < now()
      limit $1
      for update skip locked)
    returning destination, member_key, erased_at
  )
  select destination, member_key, (extract(epoch from erased_at) * 1000000)::bigint as erased_at
  from claimed`;

/** $1 and $2 as everywhere here, $3 for how many ms. */
export const RENEW_HISTORY = `
  update history_erasure e set leased_until = now() + $3::bigint * interval '1 millisecond'
  from unnest($1::text[], $2::text[]) as k (destination, member_key)
  where e.destination = k.destination and e.member_key = k.member_key and leased_until is not null`;

/** The history has forgotten them. Whoever was erased again meanwhile stays. */
export const FORGET_HISTORY = `
  delete from history_erasure e
  using unnest($1::text[], $2::text[], $3::bigint[]) as k (destination, member_key, erased_at)
  where e.destination = k.destination and e.member_key = k.member_key
    and e.erased_at <= timestamptz 'epoch' + k.erased_at * interval '1 microsecond'`;

/** Where the history begins and ends; null: there is none. */
export const READ_EXTENT = `select min(id) as first, max(id) as last from membership_change`;

/**
 * Takes members out of the changes after $4 up to $5. What told replicas of erasures stays until they
 * have read it. A few keys are sought in each row's array; for many, PostgreSQL makes a hash of them.
 */
export const SCRUB_CHANGES = `
  update membership_change c
  set (member_keys, is_members, event_ats) = (
    select coalesce(array_agg(k order by n), '{}'), coalesce(array_agg(s order by n), '{}'),
           coalesce(array_agg(t order by n), '{}')
    from unnest(c.member_keys, c.is_members, c.event_ats) with ordinality as u (k, s, t, n)
    where not exists (
      select from unnest($1::text[], $2::text[], $3::bigint[])
        as e (destination, member_key, erased_at)
      where e.destination = a.destination and e.member_key = k
        and t <= timestamptz 'epoch' + e.erased_at * interval '1 microsecond'))
  from (${AUDIENCES}) a
  where c.id > $4::bigint and c.id <= $5::bigint
    and a.id = c.audience_id and a.destination = any ($1::text[]) and not c.erases
    and case when cardinality($2::text[]) <= 8 then c.member_keys && $2::text[]
             else exists (select from unnest(c.member_keys) as u (k) where k = any ($2::text[])) end`;
