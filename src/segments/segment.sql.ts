/** Names that a wanted one may collide with. $1 product, $2 name. */
export const READ_NAMES = `
  select name from segment
  where product = $1 and (name = $2 or starts_with(name, $2 || ' ('))`;

/** $1 product, $2 name, $3 definition, $4 audience, $5 overlay, $6 who. Answers a row, or none when the name is taken. */
export const INSERT_SEGMENT = `
  with made as (
    insert into segment (product, name, definition, audience_id, overlay, created_by, updated_by)
    values ($1, $2, $3, $4, $5, $6, $6)
    on conflict (product, name) do nothing
    returning id, product, version, definition, created_by
  ),
  noted as (
    insert into segment_change (segment_id, product, version, definition, changed_by)
    select id, product, version, definition, created_by from made
  )
  select id from made`;

/** Oldest first. */
export const READ_SEGMENTS = `
  select id, product, name, definition, audience_id, overlay, version
  from segment
  where audience_id is not null
  order by created_at, id`;
