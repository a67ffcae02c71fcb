/** Those of $2 text[] that are taken. $1 product. */
export const READ_TAKEN_NAMES = `
  select name from segment where product = $1 and name = any ($2::text[])`;

/** Names that a wanted one may collide with. $1 product, $2 name. */
export const READ_NAMES = `
  select name from segment
  where product = $1 and (name = $2 or starts_with(name, $2 || ' ('))`;

const COLUMNS = `id, product, name, description, definition, audience_id, overlay, version,
    created_at, created_by, updated_at, updated_by`;

/** Notes in the history what `made` or `changed` answered. */
function noted(source: string): string {
  return `noted as (
    insert into segment_change
      (segment_id, product, name, version, definition, description, overlay, changed_by)
    select id, product, name, version, definition, description, overlay, updated_by from ${source}
  )`;
}

/** $1 product, $2 text[] names, $3 descriptions, $4 definitions, $5 audiences, $6 overlays, $7 who. Answers the rows but those whose name is taken. */
export const INSERT_SEGMENTS = `
  with made as (
    insert into segment (product, name, description, definition, audience_id, overlay, created_by, updated_by)
    select $1, name, description, definition, audience_id, overlay, $7, $7
    from unnest($2::text[], $3::text[], $4::jsonb[], $5::bigint[], $6::boolean[])
      as u (name, description, definition, audience_id, overlay)
    on conflict (product, name) do nothing
    returning ${COLUMNS}
  ),
  ${noted('made')}
  select ${COLUMNS} from made`;

/** $1 id, $2 the version that is replaced, $3 name, $4 description, $5 definition, $6 audience, $7 overlay, $8 who. Answers the row, or none. */
export const UPDATE_SEGMENT = `
  with changed as (
    update segment
    set name = $3, description = $4, definition = $5, audience_id = $6, overlay = $7, updated_by = $8,
        version = version + 1, updated_at = clock_timestamp()
    where id = $1 and version = $2
    returning ${COLUMNS}
  ),
  ${noted('changed')}
  select ${COLUMNS} from changed`;

/** $1 id, $2 version (null: any), $3 who. Answers the row that was, or none. */
export const DELETE_SEGMENT = `
  with gone as (
    delete from segment where id = $1 and ($2::integer is null or version = $2)
    returning ${COLUMNS}
  ),
  noted as (
    insert into segment_change (segment_id, product, name, version, definition, changed_by)
    select id, product, name, version + 1, null, $3 from gone
  )
  select ${COLUMNS} from gone`;

/** $1 id. */
export const FIND_SEGMENT = `select ${COLUMNS} from segment where id = $1`;

/** $1 product, $2 the name it starts after (null: the first), $3 how many. */
export const LIST_SEGMENTS = `
  select ${COLUMNS} from segment
  where product = $1 and ($2::text is null or name > $2)
  order by name
  limit $3`;

/** Oldest first. */
export const READ_SEGMENTS = `
  select id, product, name, definition, audience_id, overlay, version
  from segment
  order by created_at, id`;

/** $1 id, $2 the number it starts after (null: the newest), $3 how many. Newest first. */
export const READ_HISTORY = `
  select id, name, version, definition, description, overlay, changed_by, changed_at
  from segment_change
  where segment_id = $1 and ($2::bigint is null or id < $2)
  order by id desc
  limit $3`;

/** $1 bigint[] audiences, $2 their destination, $3 text[] computations. Segments that waited for them. */
export const LINK_AUDIENCES = `
  update segment s set audience_id = u.id
  from unnest($1::bigint[], $3::text[]) as u (id, computation_id)
  where s.audience_id is null
    and s.definition -> 'audience' ->> 'destination' = $2
    and s.definition -> 'audience' ->> 'computationId' = u.computation_id`;

/** Those of $2 bigint[] that have a segment in $1 product. */
export const READ_AUDIENCES_WITHIN = `
  select distinct audience_id from segment where product = $1 and audience_id = any ($2::bigint[])`;

/** $1 id. An alias is the audience that it is another name of. */
export const RESOLVE_AUDIENCE_ID = `
  select coalesce(alias_of, id) as id, destination from audience where id = $1`;

/** $1 destination, $2 computation. */
export const RESOLVE_COMPUTATION = `
  select id, destination from audience
  where destination = $1 and computation_id = $2
  order by created_at, id
  limit 1`;

/** $1 id. */
export const READ_AUDIENCE_NAME = `select name from audience where id = $1`;
