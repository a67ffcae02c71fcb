/** Notified once for each statement that wrote changes. */
export const FEED_CHANNEL = 'audience_sync_feed';

/**
 * Stores events; newest wins. In one statement, so in one transaction and one round trip:
 * - `fresh` leaves out what is older than an erasure or than the audience's purge horizon;
 * - `written` upserts in the order of the keys (two writers in different orders deadlock at once);
 * - `changed` aggregates ALL of `written` before anything is numbered, so that the numbering lock is
 *   never waited for while rows are still to be locked;
 * - `locked` takes the numbering lock, which is then held to the commit: numbers are in commit order;
 * - `numbered` is the feed's row for each audience.
 *
 * $1 bigint[] audiences, $2 text[] member keys, $3 boolean[] states, $4 bigint[] event times in µs
 * since 1970. A key must not stand twice in one audience.
 * Answers one row: `not_written` and `repeated` are comma-separated 1-based positions in the input,
 * or null. Not written: an event at least as new is stored. Repeated: written, but the membership is
 * what it was. All other rows changed it.
 */
export const WRITE_MEMBERSHIPS = `
with input as materialized (
  select position, audience_id, member_key, is_member,
         timestamptz 'epoch' + event_at * interval '1 microsecond' as event_at
  from unnest($1::bigint[], $2::text[], $3::boolean[], $4::bigint[]) with ordinality
    as i (audience_id, member_key, is_member, event_at, position)
),
seen as materialized (
  select erasures, erasures + purges as removals from instance
),
fresh as (
  select i.audience_id, i.member_key, i.is_member, i.event_at
  from input i
  join audience a on a.id = i.audience_id
  where (a.purged_before is null or i.event_at >= a.purged_before)
    and ((select erasures from seen) = 0 or not exists (
      select from erased_member e
      where e.destination = a.destination
        and e.key_sha256 = sha256(convert_to(i.member_key, 'UTF8'))
        and e.erased_at >= i.event_at))
),
written as (
  insert into membership as m (audience_id, member_key, is_member, event_at, changed_at)
  select audience_id, member_key, is_member, event_at, clock_timestamp()
  from fresh
  order by audience_id, member_key collate "C"
  on conflict (audience_id, member_key) do update
    set is_member = excluded.is_member,
        previous = m.is_member,
        event_at = excluded.event_at,
        changed_at = case when m.is_member = excluded.is_member then m.changed_at else excluded.changed_at end
    where excluded.event_at > m.event_at
       or (excluded.event_at = m.event_at and m.is_member and not excluded.is_member)
  returning m.audience_id, m.member_key, m.is_member, m.previous, m.event_at
),
totals as materialized (
  select count(*) filter (where previous is null or previous <> is_member) as to_check,
         count(*) filter (where is_member <> coalesce(previous, false)) as changes
  from written
),
changed as materialized (
  select audience_id,
         array_agg(member_key) as member_keys,
         array_agg(is_member) as is_members,
         array_agg(event_at) as event_ats
  from written
  where is_member <> coalesce(previous, false)
  group by audience_id
),
locked as materialized (
  select case when t.to_check > 0 then begin_changes(s.removals) end as begun
  from totals t cross join seen s
),
numbered as (
  insert into membership_change (id, audience_id, member_keys, is_members, event_ats)
  select nextval('membership_change_number'), c.audience_id, c.member_keys, c.is_members, c.event_ats
  from changed c cross join locked l
  where l.begun
  returning id
),
notified as materialized (
  select pg_notify('${FEED_CHANNEL}', '') from (select count(*) as changes from numbered) n where n.changes > 0
)
select p.not_written, p.repeated,
       (select bool_and(begun) from locked) as begun,
       (select count(*) from notified) as notified
from totals t
cross join lateral (
  select string_agg(i.position::text, ',') filter (where w.audience_id is null) as not_written,
         string_agg(i.position::text, ',') filter (where w.is_member = coalesce(w.previous, false)) as repeated
  from input i
  left join written w using (audience_id, member_key)
  -- In a first sync every row is a change: then nobody asks which, and the join is not made.
  where t.changes < cardinality($1::bigint[])
) p`;

/**
 * Why events were not written, where it is not that something newer is stored. $1 to $4 as above.
 * Answers their 1-based positions: `is_gone` where the audience is none (any more), else they
 * repeat what is stored.
 */
export const EXPLAIN_NOT_WRITTEN = `
select i.position, a.id is null as is_gone
from unnest($1::bigint[], $2::text[], $3::boolean[], $4::bigint[]) with ordinality
  as i (audience_id, member_key, is_member, event_at, position)
left join audience a on a.id = i.audience_id
left join membership m on m.audience_id = i.audience_id and m.member_key = i.member_key
where a.id is null
   or (m.is_member = i.is_member
     and m.event_at = timestamptz 'epoch' + i.event_at * interval '1 microsecond')`;
