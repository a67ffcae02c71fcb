/** Notified once for each statement that wrote changes. */
export const FEED_CHANNEL = 'audience_sync_feed';

/** Of event `i` for audience `a`: nothing that removed its member for good is as new. */
const IS_FRESH = `(a.purged_before is null or i.event_at >= a.purged_before)
    and ((select erasures from seen) = 0 or not exists (
      select from erased_member e
      where e.destination = a.destination
        and e.key_sha256 = sha256(convert_to(i.member_key, 'UTF8'))
        and e.erased_at >= i.event_at))`;

const NEWEST_WINS = `on conflict (member_set, member_key) do update
    set is_member = excluded.is_member,
        previous = m.is_member,
        event_at = excluded.event_at,
        changed_at = case when m.is_member = excluded.is_member then m.changed_at else excluded.changed_at end
    where excluded.event_at > m.event_at
       or (excluded.event_at = m.event_at and m.is_member and not excluded.is_member)`;

/** $1 to $4 as below. Target lists unnest as they are read; a function in `from` is stored first. */
const INPUT = `
  select audience_id, member_key, is_member,
         timestamptz 'epoch' + event_at * interval '1 microsecond' as event_at
  from (
    select unnest($1::bigint[]) as audience_id, unnest($2::text[]) as member_key,
           unnest($3::boolean[]) as is_member, unnest($4::bigint[]) as event_at
  ) u`;

/**
 * Stores events; newest wins. In one statement, so in one transaction and one round trip:
 * - `guessed` inserts them if they are guessed to be new members, all of them, and are: then nothing
 *   is left to do for `fresh` and `written`;
 * - `fresh` leaves out what is older than an erasure or than the audience's purge horizon;
 * - `written` upserts in the order of the keys (two writers in different orders deadlock at once);
 * - `mirrored` does the same in the sets that are to take the place of others, which are rarely any,
 *   with what is newer than those: the rest says nothing of them;
 * - `changed` aggregates ALL of what is written before anything is numbered, so that the numbering
 *   lock is never waited for while rows are still to be locked;
 * - `locked` takes the numbering lock, which is then held to the commit: numbers are in commit order;
 * - `numbered` is the feed's row for each audience.
 *
 * $1 bigint[] audiences, $2 text[] member keys, $3 boolean[] states, $4 bigint[] event times in µs
 * since 1970, $5 boolean guess: all enter and were never seen. A key must not stand twice in one
 * audience.
 * Answers one row: `not_written` and `repeated` are comma-separated 1-based positions in the input,
 * or null. Not written: an event at least as new is stored. Repeated: written, but the membership is
 * what it was. All other rows changed it. `all_new`: the guess was right.
 */
export const WRITE_MEMBERSHIPS = `
with seen as materialized (
  select erasures, erasures + purges as removals from instance
),
guessed as materialized (
  select case when $5::boolean and true = all ($3::boolean[])
              then insert_new_members($1::bigint[], $2::text[], $4::bigint[], removals)
              else false end as all_new
  from seen
),
fresh as (
  select a.member_set, i.member_key, i.is_member, i.event_at
  from (${INPUT}) i
  join audience a on a.id = i.audience_id
  where not (select all_new from guessed) and ${IS_FRESH}
),
written as (
  insert into membership as m (member_set, member_key, is_member, event_at, changed_at)
  select member_set, member_key, is_member, event_at, clock_timestamp()
  from fresh
  order by member_set, member_key collate "C"
  ${NEWEST_WINS}
  returning m.member_set, m.member_key, m.is_member, m.previous, m.event_at
),
mirrored as (
  insert into membership as m (member_set, member_key, is_member, event_at, changed_at)
  select a.incoming_set, i.member_key, i.is_member, i.event_at, clock_timestamp()
  from (${INPUT}) i
  join audience a on a.id = i.audience_id
  join member_import s on s.id = a.incoming_set
  where (i.event_at > s.started_at or (i.event_at = s.started_at and not i.is_member)) and ${IS_FRESH}
  order by a.incoming_set, i.member_key collate "C"
  ${NEWEST_WINS}
  returning 1
),
totals as materialized (
  select w.to_check + n.new_members + (select count(*) from mirrored) as to_check,
         w.changes + n.new_members as changes
  from (
    select count(*) filter (where previous is null or previous <> is_member) as to_check,
           count(*) filter (where is_member <> coalesce(previous, false)) as changes
    from written
  ) w
  cross join (select case when all_new then cardinality($1::bigint[]) else 0 end as new_members from guessed) n
),
changed as materialized (
  select a.id as audience_id, c.member_keys, c.is_members, c.event_ats
  from (
    select member_set, array_agg(member_key) as member_keys, array_agg(is_member) as is_members,
           array_agg(event_at) as event_ats
    from written
    where is_member <> coalesce(previous, false)
    group by member_set
  ) c
  join audience a using (member_set)
  union all
  select audience_id, array_agg(member_key), array_agg(is_member), array_agg(event_at)
  from (${INPUT}) i
  where (select all_new from guessed)
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
       (select all_new from guessed) as all_new,
       (select bool_and(begun) from locked) as begun,
       (select count(*) from notified) as notified
from totals t
cross join lateral (
  select string_agg(i.position::text, ',') filter (where w.member_set is null) as not_written,
         string_agg(i.position::text, ',') filter (where w.is_member = coalesce(w.previous, false)) as repeated
  from unnest($1::bigint[], $2::text[]) with ordinality as i (audience_id, member_key, position)
  left join audience a on a.id = i.audience_id
  left join written w on w.member_set = a.member_set and w.member_key = i.member_key
  -- In a first sync every row is a change: then nobody asks which, and the joins are not made.
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
left join membership m on m.member_set = a.member_set and m.member_key = i.member_key
where a.id is null
   or (m.is_member = i.is_member
     and m.event_at = timestamptz 'epoch' + i.event_at * interval '1 microsecond')`;
