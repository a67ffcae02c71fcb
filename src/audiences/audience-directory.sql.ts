/** The status of audience `a` as administrators see it. $3 bigint[]: those that are quiet. */
const STATUS = `case when a.status = 'archived' then 'archived'
              when a.id = any ($3::bigint[]) then 'quiet' else 'live' end`;

/**
 * Audiences by their age, with the segments that refer to them: those that events or createAudience
 * made, and no aliases. $1 text destination or null, $2 text status or null, $3 bigint[] those that are
 * quiet, $4 bigint id or null, $5 bigint and $6 bigint the age (µs since 1970) and id after which it
 * starts, or nulls, $7 how many.
 */
export const READ_AUDIENCES = `
  select a.id, a.destination, a.computation_id, a.context_kind, a.key, a.slug, a.name, a.attribute,
         ${STATUS} as status, a.first_event_at, a.last_event_at,
         (extract(epoch from a.created_at) * 1000000)::bigint as created_at,
         coalesce((
           select json_agg(json_build_object('id', s.id, 'product', s.product, 'name', s.name)
                           order by s.product, s.name)
           from segment s where s.audience_id = a.id), '[]') as segments
  from audience a
  where a.alias_of is null
    and ($1::text is null or a.destination = $1)
    and ($2::text is null or ${STATUS} = $2)
    and ($4::bigint is null or a.id = $4)
    and ($5::bigint is null
      or (a.created_at, a.id) > (timestamptz 'epoch' + $5 * interval '1 microsecond', $6::bigint))
  order by a.created_at, a.id
  limit $7`;

/** $1 bigint id, $2 text name or null, $3 text status or null. Null: it stays. Answers nothing where there is no such audience. */
export const UPDATE_AUDIENCE = `
  with changed as (
    update audience set name = coalesce($2, name), status = coalesce($3, status)
    where id = $1 and alias_of is null
    returning id
  )
  select id from changed`;
