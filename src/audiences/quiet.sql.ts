/**
 * Live audiences without an event for longer than $1 ms, by PostgreSQL's clock, the longest first.
 * `last_event_at` (ms since 1970): its making where it never had one.
 */
export const READ_QUIET = `
  select id, destination, slug,
         (extract(epoch from coalesce(last_event_at, created_at)) * 1000)::float8 as last_event_at
  from audience
  where status = 'live' and computation_id is not null
    and coalesce(last_event_at, created_at) < now() - $1::bigint * interval '1 millisecond'
  order by coalesce(last_event_at, created_at), id`;
