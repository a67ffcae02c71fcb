/** Changes that one page looks at, at most: erasures may have left nobody in any number of them. */
const EXAMINED = 1_000;

/**
 * Of one audience, the newest first. $1 bigint audience, $2 timestamptz from, $3 timestamptz until, or
 * nulls, $4 bigint the change it starts at, or null. Erasing changes tell replicas what nobody else
 * should know.
 */
const STRETCH = `
    select id, recorded_at, member_keys, is_members, event_ats
    from membership_change
    where audience_id = $1 and not erases and new_set is null
      and ($2::timestamptz is null or recorded_at >= $2)
      and ($3::timestamptz is null or recorded_at < $3)
      and ($4::bigint is null or id <= $4)
    order by id desc`;

/**
 * Who entered and left, by change and key: an erasure moves what stands behind it in a change's arrays.
 * $1 to $4 as above, $5 text the key it starts after in the change $4, or null, $6 how many. Where
 * fewer come and the stretch that was looked at is not the last, a row tells the change it ended at:
 * is_end. is_erased: the history is still to forget it, so it is for nobody to see.
 */
export const READ_CHANGE_PAGE = `
  with page as materialized (
    select c.id, c.recorded_at, u.member_key, u.entered, u.event_at
    from (${STRETCH} limit ${EXAMINED}) c
    cross join lateral unnest(c.member_keys, c.is_members, c.event_ats)
      as u (member_key, entered, event_at)
    where $4::bigint is null or c.id < $4 or u.member_key > $5 collate "C"
    order by c.id desc, u.member_key collate "C"
    limit $6
  ),
  stretch_end as (
    select id from (${STRETCH} offset ${EXAMINED - 1} limit 1) ending
    where (select count(*) from page) < $6
  )
  select id, recorded_at, member_key, entered, event_at, false as is_end,
         exists (
           select from history_erasure e
           where e.destination = (select destination from audience where id = $1)
             and e.member_key = p.member_key and e.erased_at >= p.event_at) as is_erased
  from page p
  union all
  select id, null, null, null, null, true, true from stretch_end
  order by is_end, id desc, member_key`;
