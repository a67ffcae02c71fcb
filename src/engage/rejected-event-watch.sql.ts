/**
 * Events that came since the last look: $1 bigint id that all of them are above, $2 pg_snapshot of
 * that look; null: none, and nothing is new. Answers one row: `snapshot` of this look, `newest` id,
 * `counts` by destination and reason.
 *
 * `id > newest` alone would miss those of a writer that drew its numbers first and committed last
 * (measurements.md, "Feed"); here no order is needed, so what the last look could not see is what is
 * new. `xmin` has the lower half of a transaction's number: the upper one is that of the snapshot, or
 * the one before.
 */
export const LOOK = `
  with this as materialized (
    select pg_current_snapshot() as snapshot,
           pg_snapshot_xmax(pg_current_snapshot())::text::bigint as xmax
  ),
  fresh as (
    select destination, reason, count(*)::integer as count
    from rejected_event r, this
    where r.id > $1::bigint
      and not pg_visible_in_snapshot(
        (this.xmax - ((this.xmax - r.xmin::text::bigint) & 4294967295))::text::xid8,
        $2::text::pg_snapshot
      )
    group by destination, reason
  )
  select this.snapshot::text as snapshot,
         (select coalesce(max(id), 0) from rejected_event) as newest,
         (select coalesce(json_agg(fresh order by destination, reason), '[]') from fresh) as counts
  from this`;
