/*
 * Old tombstones. A leave that is forgotten could be undone by a late enter, so the audience's purge
 * horizon is raised first: what is older than it is stale, whatever is stored.
 */

/** $1 interval between two purges in ms. Answers whether it is this caller's turn. */
export const CLAIM_PURGE = `
  with claimed as (
    update instance set purged_at = now()
    where purged_at < now() - $1::bigint * interval '1 millisecond'
    returning 1
  )
  select exists (select from claimed) as is_due`;

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

/** $1 audience, $2 age in ms. */
export const RAISE_HORIZON = `
  update audience
  set purged_before = greatest(purged_before, now() - $2::bigint * interval '1 millisecond')
  where id = $1`;

/** Makes every flush that began before notice: see begin_changes in the migrations. */
export const COUNT_PURGE = `update instance set purges = purges + 1`;

/** $1 audience, $2 text[] keys. A member that came back or left anew meanwhile stays. */
export const DELETE_TOMBSTONES = `
  delete from membership m using audience a
  where a.id = $1 and m.member_set = a.member_set and m.member_key = any ($2::text[])
    and not m.is_member and m.event_at < a.purged_before`;

/** $1 age in ms. Answers the destinations of which erased members are to be forgotten. */
export const READ_OLD_ERASURES = `
  select distinct destination from erased_member
  where greatest(recorded_at, erased_at) < now() - $1::bigint * interval '1 millisecond'`;

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
