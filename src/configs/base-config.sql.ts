/** $1 SDK ids, $2 their sources, $3 the contents they have already: those are not sent again. */
export const READ_STORED = `
  select stored.sdk_id, stored.content, stored.etag,
    case when stored.content is distinct from wanted.content then stored.json end as json,
    extract(epoch from clock_timestamp() - stored.fetched_at) * 1000 as age
  from unnest($1::text[], $2::text[], $3::text[]) as wanted (sdk_id, source, content)
  join base_config as stored using (sdk_id, source)`;

/** The stored one is what was fetched $4 ms ago: no row where it is not. */
export const CONFIRM = `
  update base_config
  set fetched_at = greatest(fetched_at, clock_timestamp() - $4 * interval '1 millisecond')
  where sdk_id = $1 and source = $2 and content = $3
  returning 1`;

/**
 * No row: another replica has stored a newer one. Ages rather than times are handed over, so the
 * clocks of replicas need not agree.
 */
export const STORE = `
  insert into base_config as stored (sdk_id, source, content, etag, json, fetched_at)
  values ($1, $2, $3, $5, $6, clock_timestamp() - $4 * interval '1 millisecond')
  on conflict (sdk_id) do update
  set source = excluded.source, content = excluded.content, etag = excluded.etag,
    json = excluded.json, fetched_at = excluded.fetched_at, version = stored.version + 1
  where stored.source <> excluded.source or stored.fetched_at < excluded.fetched_at
  returning version`;

/** $1 SDK id, $2 its source. */
export const READ_VERSION = `
  select json, version from base_config where sdk_id = $1 and source = $2`;

/** $1 SDK id, $2 its source. The version that the next STORE takes the place of, which nobody else does meanwhile. */
export const LOCK_VERSION = `
  select version from base_config where sdk_id = $1 and source = $2 for update`;
