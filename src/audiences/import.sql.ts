import { FEED_CHANNEL } from './membership.sql.js';

/** Which set another took the place of. $1 bigint the new one. */
export const READ_OLD_SET = `select old_set from member_import where id = $1`;

/*
 * An import stages members in a set of its own, in short transactions. It then takes the place of the
 * audience's set (replace), or is written to it (add).
 */

/** $1 bigint import, $2 bigint audience. Answers nothing where there is no such audience. */
export const BEGIN_ADD = `
  insert into member_import (id, audience_id, started_at)
  select $1, id, clock_timestamp() from audience where id = $2
  returning old_set, (extract(epoch from started_at) * 1000000)::bigint as started_at`;

/** From here on events are written to both sets. $1, $2 as above. Answers nothing where there is no such audience, or one is being replaced. */
export const BEGIN_REPLACE = `
  with opened as (
    update audience set incoming_set = $1 where id = $2 and incoming_set is null
    returning id, member_set
  )
  insert into member_import (id, audience_id, old_set, started_at)
  select $1, id, member_set, clock_timestamp() from opened
  returning old_set, (extract(epoch from started_at) * 1000000)::bigint as started_at`;

/** $1 bigint audience. */
export const FIND_AUDIENCE = `select id, incoming_set from audience where id = $1`;

/** The transactions that are writing memberships at this moment: they may not know of the incoming set. */
export const READ_WRITERS = `
  select virtualtransaction as writer from pg_locks
  where relation = 'membership'::regclass and mode = 'RowExclusiveLock'
    and pid <> pg_backend_pid()`;

/** What had a later time than the import when it began; at the same time a leave wins. $1 import. */
export const MERGE_NEWER = `
  insert into membership as m (member_set, member_key, is_member, event_at, changed_at)
  select i.id, o.member_key, o.is_member, o.event_at, o.changed_at
  from member_import i join membership o on o.member_set = i.old_set
  where i.id = $1
    and (o.event_at > i.started_at or (o.event_at = i.started_at and not o.is_member))
  order by o.member_key
  on conflict (member_set, member_key) do update
    set is_member = excluded.is_member, event_at = excluded.event_at, changed_at = excluded.changed_at
    where excluded.event_at > m.event_at
       or (excluded.event_at = m.event_at and m.is_member and not excluded.is_member)`;

/**
 * $1 import, $2 text[] member keys. Who was erased since it began stays out, also where that is just
 * being done: see begin_changes in the migrations. Who was a member stays one since then.
 */
export const STAGE = `
  with seen as materialized (select erasures + purges as removals from instance),
  staged as (
    insert into membership (member_set, member_key, is_member, event_at, changed_at)
    select i.id, k.member_key, true, i.started_at,
           case when o.is_member then o.changed_at else i.started_at end
    from member_import i
    join audience a on a.id = i.audience_id
    cross join (select distinct member_key from unnest($2::text[]) as u (member_key)) k
    left join membership o on o.member_set = a.member_set and o.member_key = k.member_key
    where i.id = $1 and i.state = 'staging' and not exists (
      select from erased_member e
      where e.destination = a.destination
        and e.key_sha256 = sha256(convert_to(k.member_key, 'UTF8'))
        and e.erased_at >= i.started_at)
    order by k.member_key collate "C"
    -- Whoever is there was staged before, or has an event that is newer than the import.
    on conflict (member_set, member_key) do nothing
    returning 1
  ),
  counted as materialized (select count(*) as staged from staged),
  alive as (
    update member_import i set seen_at = clock_timestamp()
    from audience a
    where i.id = $1 and i.state = 'staging' and a.id = i.audience_id
    returning 1
  )
  select begin_changes(s.removals), (select count(*) from alive) as alive
  from counted c cross join seen s`;

/** Nobody else may number changes until the transaction's end. */
export const LOCK_NUMBERING = `select begin_changes(erasures + purges) from instance`;

/** Makes every flush that began before start again: see begin_changes in the migrations. */
export const COUNT_REMOVAL = `update instance set purges = purges + 1`;

/** The step. $1 import. Answers the change that tells replicas; nothing where the import was given up. */
export const SWITCH = `
  with switched as (
    update audience a
    set member_set = i.id, incoming_set = null, purged_before = greatest(a.purged_before, i.started_at)
    from member_import i
    where i.id = $1 and i.state = 'staging' and a.id = i.audience_id and a.incoming_set = i.id
    returning a.id as audience_id, i.id as new_set
  ),
  told as (
    insert into membership_change (id, audience_id, member_keys, is_members, event_ats, new_set)
    select nextval('membership_change_number'), audience_id, '{}', '{}', '{}', new_set from switched
    returning id
  ),
  noted as (
    update member_import m
    set state = 'switched', switched_at = clock_timestamp(), switch_change = t.id,
        seen_at = clock_timestamp()
    from told t
    where m.id = $1
    returning 1
  )
  select t.id, pg_notify('${FEED_CHANNEL}', ''), (select count(*) from noted) as noted from told t`;

/** $1 import, $2 the key it starts after, $3 how many. */
export const READ_STAGED = `
  select member_key from membership
  where member_set = $1 and member_key > $2
  order by member_key
  limit $3`;

/** $1 set, $2 how many. Answers how many went. */
export const DELETE_SOME = `
  with gone as (
    delete from membership
    where member_set = $1 and member_key in (
      select member_key from membership where member_set = $1 order by member_key limit $2)
    returning 1
  )
  select count(*)::int as count from gone`;

/**
 * $1 import. From here on it can't be shown any more, and events go to one set again. Answers
 * whether its members may be deleted: not where they were shown already.
 */
export const GIVE_UP = `
  with dropped as (
    update member_import set state = 'dropped', seen_at = clock_timestamp()
    where id = $1 and state in ('staging', 'dropped')
    returning id
  ),
  closed as (
    update audience a set incoming_set = null from dropped d where a.incoming_set = d.id returning 1
  )
  select exists (select from dropped) as is_dropped, (select count(*) from closed) as closed`;

/** $1 import. */
export const FORGET = `delete from member_import where id = $1`;

/** $1 import. */
export const SHOW_ALIVE = `update member_import set seen_at = clock_timestamp() where id = $1`;

/** Where the next stretch of a finished replacement ends: $1 new set, $2 old set, $3 the key it starts after, $4 how many. Null: there is none. */
export const READ_STRETCH = `
  select max(member_key) as last_key from (
    select member_key from (
      (select member_key from membership where member_set = $1 and member_key > $3
       order by member_key limit $4)
      union all
      (select member_key from membership where member_set = $2 and member_key > $3
       order by member_key limit $4)
    ) both_sets
    order by member_key
    limit $4
  ) stretch`;

/**
 * Tells the history what a replacement changed among the keys after $3 up to $4, and leaves a
 * tombstone of whoever it removed. $1 new set, $2 old set. at_switch: what the new set said at the
 * switch, as far as its row still tells.
 */
export const RECORD_STRETCH = `
  with import as materialized (
    select id, audience_id, started_at, switched_at from member_import where id = $1
  ),
  seen as materialized (select erasures + purges as removals from instance),
  old as (
    select member_key, is_member from membership
    where member_set = $2 and member_key > $3 and member_key <= $4
  ),
  new as (
    select m.member_key,
           case when m.changed_at <= i.switched_at then m.is_member
                when m.previous is null then false
                else not m.is_member end as at_switch
    from membership m cross join import i
    where m.member_set = $1 and m.member_key > $3 and m.member_key <= $4
  ),
  changed as materialized (
    select coalesce(n.member_key, o.member_key) as member_key,
           coalesce(n.at_switch, false) as is_member
    from old o full join new n on n.member_key = o.member_key
    where coalesce(n.at_switch, false) <> coalesce(o.is_member, false)
  ),
  tombstones as (
    insert into membership (member_set, member_key, is_member, event_at, changed_at)
    select i.id, c.member_key, false, i.started_at, i.switched_at
    from changed c cross join import i
    where not c.is_member
    order by c.member_key
    on conflict (member_set, member_key) do nothing
    returning 1
  ),
  counted as materialized (
    select count(*) filter (where is_member)::int as added,
           count(*) filter (where not is_member)::int as removed,
           (select count(*) from tombstones) as tombstones
    from changed
  ),
  locked as materialized (
    select begin_changes(s.removals) as begun, c.added, c.removed from counted c cross join seen s
  ),
  recorded as (
    insert into membership_change (id, audience_id, member_keys, is_members, event_ats, is_record)
    select nextval('membership_change_number'), i.audience_id, array_agg(c.member_key),
           array_agg(c.is_member), array_agg(i.started_at), true
    from changed c cross join import i cross join locked l
    where l.begun
    group by i.audience_id
    returning 1
  ),
  noted as (
    update member_import set recorded_up_to = $4, seen_at = clock_timestamp() where id = $1
    returning 1
  )
  select added, removed, (select count(*) from recorded) as recorded,
         (select count(*) from noted) as noted
  from locked`;

/** $1 import. */
export const FINISH_RECORD = `
  update member_import set state = 'recorded', seen_at = clock_timestamp() where id = $1`;

/**
 * Of import `i`: no replica that was seen within an hour shows the old set still, or clears it away
 * (others load everything anew); and where its audience was deleted, nobody writes to that set.
 */
const CAN_EMPTY = `i.state = 'recorded' and not exists (
      select from replica r
      where r.seen_at > now() - interval '1 hour' and r.feed_position < i.switch_change
    ) and (i.destination is null or not exists (
      select from member_import o where o.audience_id = i.audience_id and o.id <> i.id))`;

/**
 * Imports that somebody should go on with: whose process has not been seen for $1 ms, and those whose
 * old set nobody needs any more. Whoever is told has them for as long again.
 */
export const CLAIM = `
  with claimed as (
    update member_import i
    set seen_at = clock_timestamp(),
        state = case when ${CAN_EMPTY} then 'emptying' else i.state end
    where i.id in (
      select i.id from member_import i
      where i.seen_at < now() - $1::bigint * interval '1 millisecond' or (${CAN_EMPTY})
      for update skip locked
    )
    returning i.id, i.audience_id, i.old_set, i.state, i.recorded_up_to,
              i.destination is not null as is_deletion
  )
  select id, audience_id, old_set, state, recorded_up_to, is_deletion from claimed`;
