/** Key of the lock under which changes are numbered, as the migrations have it. */
export const NUMBERING_LOCK = '7022364301936522';

/**
 * Who holds the lock under which changes are numbered, and how long its transaction has lasted
 * (seconds); waiting: how many wait for the lock. $1 bigint key of the lock.
 */
export const READ_NUMBERING_HOLDER = `
  with locks as materialized (
    select pid, granted from pg_locks
    where locktype = 'advisory' and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and classid::bigint = $1::bigint >> 32 and objid::bigint = $1::bigint & 4294967295
  )
  select a.pid, a.application_name as application, coalesce(a.state, 'unknown') as state,
         extract(epoch from clock_timestamp() - coalesce(a.xact_start, a.backend_start))::float8 as seconds,
         (select count(*) from locks where not granted)::int as waiting
  from locks l join pg_stat_activity a on a.pid = l.pid
  where l.granted`;
