/** In all of these: $1 text reason, $2 text destination, $3 and $4 timestamptz from and before which they came; null: any. */
export const MATCHES = `
  ($1::text is null or reason = $1) and ($2::text is null or destination = $2)
  and ($3::timestamptz is null or received_at >= $3)
  and ($4::timestamptz is null or received_at < $4)`;

/**
 * Newest first: $5 bigint id that they are older than, or null, $6 how many at most, $7 bytes of
 * payload after which no more are answered. `fetched`: how many of one more than $6 there are.
 */
export const LIST = `
  with page as (
    select id, destination, reason, detail, received_at, payload, payload_bytes
    from rejected_event
    where ${MATCHES} and ($5::bigint is null or id < $5)
    order by id desc
    limit $6::integer + 1
  ),
  sized as (
    select page.*, count(*) over () as fetched,
           sum(case when payload is null then 0 else payload_bytes end)
             over (order by id desc rows between unbounded preceding and 1 preceding) as bytes_before
    from page
  )
  select id, destination, reason, detail, received_at, payload::text as payload, payload_bytes, fetched
  from sized
  where coalesce(bytes_before, 0) < $7::bigint
  order by id desc
  limit $6::integer`;

export const COUNT = `
  select destination, reason, count(*) as count, min(received_at) as oldest, max(received_at) as newest
  from rejected_event
  where ${MATCHES}
  group by destination, reason
  order by destination, reason`;

export const DELETE = `
  delete from rejected_event where ${MATCHES}`;
