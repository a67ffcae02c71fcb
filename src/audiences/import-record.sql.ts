/*
 * What a replacement changed, told to the history after it was shown: stretch by stretch, by any
 * process, and each stretch once.
 */

/**
 * $1 import. The oldest replacement of its audience, up to itself, that is not told of yet: the
 * history is in order, and each compares its set with what the one before left there. `after`: up to
 * that key it is told already.
 */
export const READ_UNTOLD = `
  select o.id, o.old_set, coalesce(o.recorded_up_to, '') as after
  from member_import i join member_import o on o.audience_id = i.audience_id
  where i.id = $1 and o.state = 'switched' and o.old_set is not null
    and o.switch_change <= i.switch_change
  order by o.switch_change
  limit 1`;

/** Where the next stretch of a finished replacement ends: $1 new set, $2 old set, $3 the key it starts after, $4 how many. Null: there is none. In key order. */
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

/** Of a row `m` in a set: nobody erased it. */
const IS_KEPT = `((select erasures from seen) = 0 or not exists (
      select from erased_member e
      where e.destination = (select destination from audiences)
        and e.key_sha256 = sha256(convert_to(m.member_key, 'UTF8'))
        and e.erased_at >= m.event_at))`;

/**
 * Tells the history what a replacement changed among the keys after $3 up to $4, and leaves a
 * tombstone of whoever it removed, as of those who had left before. $1 new set, $2 old set.
 * at_switch: what the new set said at the switch, as far as its row still tells. Does nothing where
 * somebody told of this stretch already. Who was erased is told of by nobody: see begin_changes.
 */
export const RECORD_STRETCH = `
  with import as materialized (
    update member_import set recorded_up_to = $4, seen_at = clock_timestamp()
    where id = $1 and state = 'switched' and coalesce(recorded_up_to, '') = $3
    returning id, audience_id, started_at, switched_at
  ),
  seen as materialized (
    select erasures, erasures + purges as removals from instance
  ),
  audiences as materialized (
    select destination from audience where id = (select audience_id from import)
    union all
    select destination from member_import
    where audience_id = (select audience_id from import) and destination is not null
    limit 1
  ),
  old as materialized (
    select m.member_key, m.is_member, m.event_at, m.changed_at from membership m
    where m.member_set = $2 and m.member_key > $3 and m.member_key <= $4 and ${IS_KEPT}
  ),
  new as materialized (
    select m.member_key,
           case when m.changed_at <= i.switched_at then m.is_member
                when m.previous is null then false
                else not m.is_member end as at_switch
    from membership m cross join import i
    where m.member_set = $1 and m.member_key > $3 and m.member_key <= $4
  ),
  changed as materialized (
    select m.member_key, m.is_member from (
      select coalesce(n.member_key, o.member_key) as member_key,
             coalesce(n.at_switch, false) as is_member, i.started_at as event_at
      from old o full join new n on n.member_key = o.member_key cross join import i
      where coalesce(n.at_switch, false) <> coalesce(o.is_member, false)
    ) m
    where ${IS_KEPT}
  ),
  tombstones as (
    insert into membership (member_set, member_key, is_member, event_at, changed_at)
    select i.id, t.member_key, false, coalesce(t.event_at, i.started_at),
           coalesce(t.changed_at, i.switched_at)
    from (
      select member_key, null::timestamptz as event_at, null::timestamptz as changed_at
      from changed where not is_member
      union all
      select member_key, event_at, changed_at
      from old where not is_member
    ) t cross join import i
    order by t.member_key
    on conflict (member_set, member_key) do nothing
    returning 1
  ),
  counted as materialized (
    select (select count(*) from changed) as changes, (select count(*) from tombstones) as tombstones
  ),
  locked as materialized (
    select case when c.changes + c.tombstones > 0 then begin_changes(s.removals) end as begun
    from counted c cross join seen s
  ),
  recorded as (
    insert into membership_change (id, audience_id, member_keys, is_members, event_ats, is_record)
    select nextval('membership_change_number'), i.audience_id, array_agg(c.member_key order by c.member_key),
           array_agg(c.is_member order by c.member_key), array_agg(i.started_at), true
    from changed c cross join import i cross join locked l
    where l.begun
    group by i.audience_id
    returning 1
  )
  select (select begun from locked) as begun, (select count(*) from recorded) as recorded`;

/** All of it is told. $1 import, $2 the key up to which it is. */
export const FINISH_RECORD = `
  update member_import set state = 'recorded', seen_at = clock_timestamp()
  where id = $1 and state = 'switched' and coalesce(recorded_up_to, '') = $2`;

/** Whom a replacement made a member, and whom it removed, as the history has them: $1 audience, $2 the change that told of it, $3 its time in µs. */
export const COUNT_RECORDED = `
  select count(*) filter (where u.is_member)::int as added,
         count(*) filter (where not u.is_member)::int as removed
  from membership_change c cross join unnest(c.is_members) as u (is_member)
  where c.audience_id = $1 and c.id > $2 and c.is_record
    and c.event_ats[1] = timestamptz 'epoch' + $3::bigint * interval '1 microsecond'`;
