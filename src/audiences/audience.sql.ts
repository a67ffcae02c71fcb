/** One at a time may make or bind audiences: slugs and the bound on their number depend on all of them. */
export const LOCK_CREATION = `select pg_advisory_xact_lock(7022364301936523)`;

/** $1 text[] destinations, $2 text[] computations, $3 text[] context kinds. */
export const FIND_BOUND = `
  select a.id, a.name, a.destination, a.computation_id, a.context_kind
  from audience a
  join unnest($1::text[], $2::text[], $3::text[]) as u (destination, computation_id, context_kind)
    using (destination, computation_id, context_kind)`;

/** $1 bigint[] ids. */
export const FIND_UNBOUND = `
  select id, name, destination from audience
  where id = any ($1::bigint[]) and computation_id is null and alias_of is null`;

/** $1 destination, $2 name. */
export const FIND_UNBOUND_BY_NAME = `
  select id from audience
  where destination = $1 and name = $2 and computation_id is null and alias_of is null`;

/** $1 destination, $2 id. */
export const FIND_BY_ID = `select id from audience where destination = $1 and id = $2`;

export const COUNT = `select count(*) as count from audience`;

/** Those of $1 text[] that are taken. */
export const READ_TAKEN_SLUGS = `select slug from audience where slug = any ($1::text[])`;

/** Slugs that a key's may collide with. $1 key. */
export const READ_SLUGS = `
  select slug from audience where slug = $1 or starts_with(slug, $1 || '_')`;

/** Arrays of: $1 ids, $2 destinations, $3 computations, $4 context kinds, $5 keys, $6 slugs, $7 names, $8 attributes, $9 spaces. */
export const INSERT_BOUND = `
  insert into audience
    (id, destination, computation_id, context_kind, key, slug, name, attribute, space, first_event_at, last_event_at)
  select *, now(), now()
  from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::text[])`;

/** $1 id, $2 destination, $3 name, $4 context kind, $5 attribute. */
export const INSERT_UNBOUND = `
  insert into audience (id, destination, name, context_kind, attribute)
  values ($1, $2, $3, $4, $5)`;

/** $1 id, $2 computation, $3 context kind, $4 key, $5 slug, $6 attribute, $7 space. */
export const BIND = `
  update audience
  set computation_id = $2, context_kind = $3, key = $4, slug = $5, attribute = $6, space = $7,
      first_event_at = now(), last_event_at = now()
  where id = $1`;

/** $1 id, $2 the audience that has the computation. */
export const MAKE_ALIAS = `update audience set alias_of = $2 where id = $1`;

/** $1 bigint[] audiences, $2 bigint[] times of arrival in ms since 1970. Later ones win. Locks by id, for replicas that touch the same. */
export const TOUCH = `
  with touched as materialized (
    select a.id, timestamptz 'epoch' + u.at * interval '1 millisecond' as at
    from unnest($1::bigint[], $2::bigint[]) as u (id, at)
    join audience a on a.id = u.id
    order by a.id
    for no key update of a
  )
  update audience a
  set last_event_at = greatest(a.last_event_at, t.at)
  from touched t
  where a.id = t.id`;

export const READ_BOUND = `
  select id, destination, computation_id, context_kind, key, slug, name, attribute, status
  from audience
  where computation_id is not null
  order by created_at, id`;
