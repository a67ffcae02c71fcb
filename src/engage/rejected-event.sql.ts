/** $1 destination, $2 text[] reasons, $3 text[] details, $4 time of arrival, $5 json texts, $6 bytes, $7 hex SHA-256 of identifiers, comma-separated. */
export const INSERT_REJECTED = `
  insert into rejected_event (destination, reason, detail, received_at, payload, payload_bytes, identifiers)
  select $1, r.reason, r.detail, $4::timestamptz, r.payload::json, r.bytes,
         array(select decode(hash, 'hex') from unnest(string_to_array(r.hashes, ',')) as h (hash))
  from unnest($2::text[], $3::text[], $5::text[], $6::integer[], $7::text[])
    as r (reason, detail, payload, bytes, hashes)`;

/** $1 milliseconds to keep. Answers how many went. */
export const DELETE_OLD = `
  with gone as (
    delete from rejected_event where received_at < now() - $1::bigint * interval '1 millisecond' returning 1
  )
  select count(*) as count from gone`;

/** $1 how many to keep. Answers how many went, the oldest. */
export const DELETE_SURPLUS = `
  with gone as (
    delete from rejected_event
    where id <= (select id from rejected_event order by id desc offset $1 limit 1)
    returning 1
  )
  select count(*) as count from gone`;
