import { FEED_CHANNEL } from './membership.sql.js';

/*
 * An import stages members in a set of its own, in short transactions. It then takes the place of the
 * audience's set (replace), or is written to it (add).
 *
 * Locks are taken in this order, here as everywhere: the audience's row and the import's, rows of
 * memberships in the order of their keys, the numbering lock, the instance's row.
 */

/** The time as it is told: µs since 1970. */
const STARTED_AT = `(extract(epoch from started_at) * 1000000)::bigint as started_at`;

/** Which set another took the place of. $1 bigint the new one. */
export const READ_OLD_SET = `select old_set from member_import where id = $1`;

/** $1 bigint audience, or an alias of it. Locks it. */
export const LOCK_AUDIENCE = `
  select id, incoming_set is not null as is_being_replaced
  from audience
  where id = (select coalesce(alias_of, id) from audience where id = $1)
  for no key update`;

/** $1 bigint import, $2 bigint audience. Answers nothing where there is no such audience. */
export const BEGIN_ADD = `
  insert into member_import (id, audience_id, started_at)
  select $1, id, clock_timestamp() from audience where id = $2
  returning old_set, ${STARTED_AT}`;

/**
 * From here on events are written to both sets; no flush has to start again for that: what those
 * that began before wrote to one set is taken over when they have ended. $1, $2 as above.
 */
export const BEGIN_REPLACE = `
  with opened as (
    update audience set incoming_set = $1 where id = $2 and incoming_set is null
    returning id, member_set
  )
  insert into member_import (id, audience_id, old_set, started_at)
  select $1, id, member_set, clock_timestamp() from opened
  returning old_set, ${STARTED_AT}`;

/** $1 bigint audience. */
export const FIND_AUDIENCE = `select id from audience where id = $1`;

/** The transactions that are writing memberships at this moment: they may not know of the incoming set. */
export const READ_WRITERS = `
  select l.virtualtransaction as writer, l.pid, coalesce(a.application_name, '') as application
  from pg_locks l left join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'relation' and l.relation = 'membership'::regclass
    and l.database = (select oid from pg_database where datname = current_database())
    and l.mode = 'RowExclusiveLock' and l.pid is distinct from pg_backend_pid()`;

/**
 * The gate of what writes to the staged set: it waits for whoever gives the import up, and whoever
 * does waits for it; so nothing is written to a set that is not looked for any more. $1 import.
 */
const ALIVE = `
  alive as (
    update member_import i set seen_at = clock_timestamp()
    from audience a
    where i.id = $1 and i.state = 'staging' and a.id = i.audience_id
    returning i.id, i.started_at, a.member_set, a.destination
  )`;

/**
 * $1 import, $2 text[] member keys. Who was erased since it began stays out, also where that is just
 * being done: see begin_changes in the migrations. Who was a member stays one since then.
 */
export const STAGE = `
  with seen as materialized (
    select erasures, erasures + purges as removals from instance
  ),${ALIVE},
  staged as (
    insert into membership (member_set, member_key, is_member, event_at, changed_at)
    select i.id, k.member_key, true, i.started_at,
           case when o.is_member then o.changed_at else i.started_at end
    from alive i
    cross join (select distinct member_key from unnest($2::text[]) as u (member_key)) k
    left join membership o on o.member_set = i.member_set and o.member_key = k.member_key
    where (select erasures from seen) = 0 or not exists (
      select from erased_member e
      where e.destination = i.destination
        and e.key_sha256 = sha256(convert_to(k.member_key, 'UTF8'))
        and e.erased_at >= i.started_at)
    order by k.member_key collate "C"
    -- Whoever is there was staged before, or has an event that is newer than the import.
    on conflict (member_set, member_key) do nothing
    returning 1
  ),
  counted as materialized (select count(*) as staged from staged)
  select case when c.staged > 0 then begin_changes(s.removals) end as begun,
         (select count(*) from alive) as alive
  from counted c cross join seen s`;

/** Where the next stretch of a set ends: $1 set, $2 the key it starts after, $3 how many. Null: there is none. In key order. */
export const READ_END = `
  select max(member_key) as last_key from (
    select member_key from membership
    where member_set = $1 and member_key > $2
    order by member_key
    limit $3
  ) stretch`;

/**
 * What had a later time than the import when it began; at the same time a leave wins. Of the keys
 * after $3 up to $4: $1 import, $2 the old set, $5 how many rows it writes at most. Answers the key
 * it came to.
 */
export const MERGE_NEWER = `
  with seen as materialized (
    select erasures, erasures + purges as removals from instance
  ),${ALIVE},
  newer as materialized (
    select o.member_key, o.is_member, o.event_at, o.changed_at
    from membership o cross join alive i
    where o.member_set = $2 and o.member_key > $3 and o.member_key <= $4
      and (o.event_at > i.started_at or (o.event_at = i.started_at and not o.is_member))
    order by o.member_key
    limit $5
  ),
  merged as (
    insert into membership as m (member_set, member_key, is_member, event_at, changed_at)
    select i.id, n.member_key, n.is_member, n.event_at, n.changed_at
    from newer n cross join alive i
    where (select erasures from seen) = 0 or not exists (
      select from erased_member e
      where e.destination = i.destination
        and e.key_sha256 = sha256(convert_to(n.member_key, 'UTF8'))
        and e.erased_at >= n.event_at)
    order by n.member_key
    on conflict (member_set, member_key) do update
      set is_member = excluded.is_member, event_at = excluded.event_at, changed_at = excluded.changed_at
      where excluded.event_at > m.event_at
         or (excluded.event_at = m.event_at and m.is_member and not excluded.is_member)
    returning 1
  ),
  counted as materialized (select count(*) as merged from merged)
  select case when c.merged > 0 then begin_changes(s.removals) end as begun,
         (select count(*) from alive) as alive,
         case when (select count(*) from newer) < $5 then $4
              else (select max(member_key) from newer) end as last_key
  from counted c cross join seen s`;

/** Makes every flush that began before start again: see begin_changes in the migrations. */
export const COUNT_REMOVAL = `update instance set purges = purges + 1`;

/** Locks the audience of an import, where it is still there. $1 import. */
export const LOCK_IMPORTED = `
  select a.id from audience a join member_import i on i.audience_id = a.id where i.id = $1
  for update of a`;

/** $1 import. Waits for what is just being staged. */
export const LOCK_IMPORT = `select state from member_import where id = $1 for update`;

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

/** All of it is staged: from here on it is added, by whomever. $1 import. Answers nothing where the audience is gone, or the import was given up. */
export const BEGIN_ADDING = `
  with begun as (
    update member_import i
    set state = 'switched', switched_at = clock_timestamp(), seen_at = clock_timestamp()
    from audience a
    where i.id = $1 and i.state = 'staging' and a.id = i.audience_id
    returning i.id
  )
  select id from begun`;

/** $1 import, $2 the last key that was added. */
export const NOTE_ADDED = `
  update member_import set recorded_up_to = $2, seen_at = clock_timestamp() where id = $1`;

/** $1 import, $2 the key it starts after, $3 how many. In key order. */
export const READ_STAGED = `
  select member_key from membership
  where member_set = $1 and member_key > $2
  order by member_key
  limit $3`;

/** $1 set, $2 the key it starts after, $3 how many. By the key, for whoever begins at the first one passes all that went before. Answers the last key that went; null: there is none. In key order. */
export const DELETE_SOME = `
  with stretch as materialized (
    select max(member_key) as last_key from (
      select member_key from membership
      where member_set = $1 and member_key > $2
      order by member_key
      limit $3
    ) found
  ),
  gone as (
    delete from membership
    where member_set = $1 and member_key > $2 and member_key <= (select last_key from stretch)
    returning 1
  )
  select last_key, (select count(*) from gone) as count from stretch`;

/**
 * $1 import. From here on it can't be shown any more, and events go to one set again. Under the
 * numbering lock: a flush that began before would write to a set that is about to be forgotten.
 */
export const GIVE_UP = `
  with dropped as (
    update member_import set state = 'dropped', seen_at = clock_timestamp()
    where id = $1 and state = 'staging'
    returning id
  )
  update audience a set incoming_set = null from dropped d where a.incoming_set = d.id`;

/** $1 import. */
export const FORGET = `delete from member_import where id = $1`;

/** $1 import. */
export const SHOW_ALIVE = `update member_import set seen_at = clock_timestamp() where id = $1`;

/**
 * Of import `i`: no replica that was seen within an hour shows the old set still, or clears it away
 * (others load everything anew); nobody is still to tell what that set changed; and where its
 * audience was deleted, nobody writes to it.
 */
const CAN_EMPTY = `i.state = 'recorded' and not exists (
      select from replica r
      where r.seen_at > now() - interval '1 hour' and r.feed_position < i.switch_change
    ) and not exists (
      select from member_import o where o.id = i.old_set and o.state = 'switched'
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
    returning i.id, i.audience_id, i.old_set, i.state, i.started_at, i.recorded_up_to,
              i.destination is not null as is_deletion
  )
  select id, audience_id, old_set, state, recorded_up_to, is_deletion, ${STARTED_AT} from claimed`;
