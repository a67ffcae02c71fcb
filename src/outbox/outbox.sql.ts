/** Arrays of: $1 scopes, $2 subjects, $3 versions from, $4 versions to, $5 events. */
export const INSERT = `
  insert into outbox (scope, subject, from_version, to_version, event)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::json[])
  on conflict (scope, subject, from_version, to_version) do nothing`;

/** Until the transaction ends, nobody else claims. */
export const LOCK_CLAIMING = `select pg_advisory_xact_lock(7022364301936526)`;

/**
 * The oldest $1 for $2 ms, if nobody has any: one sender at a time, so that they come in the order of
 * the changes. Under LOCK_CLAIMING.
 */
export const CLAIM = `
  with claimed as (
    update outbox
    set leased_until = clock_timestamp() + $2 * interval '1 millisecond', attempts = attempts + 1
    where id in (select id from outbox order by id limit $1)
      and not exists (select from outbox where leased_until > clock_timestamp())
    returning id, scope, subject, event, created_at
  )
  select id, scope, subject, event, extract(epoch from created_at) * 1000 as at from claimed order by id`;

/** $1 bigint[] ids. */
export const REMOVE = `
  with gone as (delete from outbox where id = any ($1::bigint[]) returning 1)
  select count(*) from gone`;

/** $1 bigint[] ids, $2 ms until they may be claimed again. */
export const POSTPONE = `
  with postponed as (
    update outbox set leased_until = clock_timestamp() + $2 * interval '1 millisecond'
    where id = any ($1::bigint[])
    returning 1
  )
  select count(*) from postponed`;

export const COUNT = `select count(*) as count from outbox`;
