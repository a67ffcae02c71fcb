/** Rows that one page looks at, at most: leaves stay among the members, and there may be millions side by side. */
const EXAMINED = 20_000;

/** $1 bigint audience, $2 text the first key or '', $3 text the key it starts after or '', $4 text the key it ends before, or null. In the order of the index. */
const STRETCH = `
    select member_key, is_member, changed_at, event_at
    from membership
    where member_set = (select member_set from audience where id = $1)
      and member_key >= $2 and member_key > $3 and ($4::text is null or member_key < $4)
    order by member_key`;

/**
 * Current members in the order of their keys. $1 to $4 as above, $5 how many. Where fewer come and the
 * stretch that was looked at is not the last, a row tells the key it ended at: is_end.
 */
export const READ_MEMBERS = `
  with page as materialized (
    select member_key, changed_at, event_at
    from (${STRETCH} limit ${EXAMINED}) stretch
    where is_member
    order by member_key
    limit $5
  ),
  stretch_end as (
    select member_key from (${STRETCH} offset ${EXAMINED - 1} limit 1) ending
    where (select count(*) from page) < $5
  )
  select member_key, changed_at, event_at, false as is_end from page
  union all
  select member_key, null, null, true from stretch_end
  order by is_end, member_key`;

/** $1 bigint audience, $2 text key. */
export const READ_MEMBER = `
  select m.is_member, m.changed_at, m.event_at
  from audience a left join membership m on m.member_set = a.member_set and m.member_key = $2
  where a.id = $1 and a.alias_of is null`;

/**
 * The audiences somebody is in, by id. $1 text key, $2 bigint the id it starts after, $3 how many. One
 * look into each set, until there are enough: no index leads from a key to its sets.
 */
export const READ_AUDIENCES_OF = `
  select a.id, a.key, a.slug, a.name, a.destination, m.changed_at, m.event_at
  from audience a
  cross join lateral (
    select is_member, changed_at, event_at from membership
    where member_set = a.member_set and member_key = $1
    limit 1
  ) m
  where m.is_member and a.alias_of is null and a.id > $2
  order by a.id
  limit $3`;
