/*
 * Old tombstones. A leave that is forgotten could be undone by a late enter, so the audience's purge
 * horizon is raised first: what is older than it is stale, whatever is stored.
 */

/**
 * $1 interval between two purges in ms, $2 for how many ms this one has it, unless it says that it goes
 * on or is done. Answers whether it is this caller's turn.
 */
export const CLAIM_PURGE = `
  with claimed as (
    update instance set purged_at = now() + ($2::bigint - $1::bigint) * interval '1 millisecond'
    where purged_at < now() - $1::bigint * interval '1 millisecond'
    returning 1
  )
  select exists (select from claimed) as is_due`;

/** $1, $2 as above: it goes on. */
export const RENEW_PURGE = `
  update instance set purged_at = now() + ($2::bigint - $1::bigint) * interval '1 millisecond'`;

export const FINISH_PURGE = `update instance set purged_at = now()`;

export const READ_AUDIENCE_IDS = `select id from audience order by id`;

/**
 * The next stretch of an audience: $1 audience, $2 the key it starts after, $3 how many rows, $4 the
 * age in ms from which a tombstone is old. In the order of the key, so that no index is needed that
 * every write would pay for. Answers the last key of the stretch and the keys of old tombstones.
 */
export const READ_OLD_TOMBSTONES = `
  with stretch as (
    select member_key, is_member, event_at
    from membership
    -- Not by a join: that would sort the rest of the audience for each stretch.
    where member_set = (select member_set from audience where id = $1) and member_key > $2
    order by member_key
    limit $3
  )
  select max(member_key) as last_key,
         to_json(coalesce(array_agg(member_key) filter (
           where not is_member and event_at < now() - $4::bigint * interval '1 millisecond'), '{}')
         ) as old_keys
  from stretch`;

/** $1 audience, $2 age in ms. Locks the audience, as whoever comes to its memberships next must. */
export const RAISE_HORIZON = `
  update audience
  set purged_before = greatest(purged_before, now() - $2::bigint * interval '1 millisecond')
  where id = $1`;

/**
 * Makes every flush that began before notice: see begin_changes in the migrations. The last of a
 * transaction, for imports wait for it while they hold the numbering lock. Not under that lock
 * itself: a flush comes to it after the rows, and whoever met a row of these has waited for the
 * transaction's end.
 */
export const COUNT_PURGE = `update instance set purges = purges + 1`;

/** $1 audience, $2 text[] keys. A member that came back or left anew meanwhile stays. In the order of the keys, as flushes lock them. */
export const DELETE_TOMBSTONES = `
  with old as materialized (
    select m.member_set, m.member_key
    from audience a join membership m on m.member_set = a.member_set
    where a.id = $1 and m.member_key = any ($2::text[])
      and not m.is_member and m.event_at < a.purged_before
    order by m.member_key
    for update of m
  )
  delete from membership m using old o
  where m.member_set = o.member_set and m.member_key = o.member_key`;

/** $1 age in ms. Answers the destinations of which erased members are to be forgotten. */
export const READ_OLD_ERASURES = `
  select distinct destination from erased_member
  where greatest(recorded_at, erased_at) < now() - $1::bigint * interval '1 millisecond'`;

/** $1 destination. In the order in which whoever locks several takes them. */
export const LOCK_AUDIENCES = `
  select id from audience where destination = $1 order by id for no key update`;

/** $1 destination, $2 age in ms. */
export const RAISE_HORIZONS = `
  update audience
  set purged_before = greatest(purged_before, now() - $2::bigint * interval '1 millisecond')
  where destination = $1`;

/** $1 destination, $2 age in ms. */
export const FORGET_ERASURES = `
  delete from erased_member
  where destination = $1
    and greatest(recorded_at, erased_at) < now() - $2::bigint * interval '1 millisecond'`;
