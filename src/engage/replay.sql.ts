import { MATCHES } from './rejected-event-list.sql.js';

/** $1 to $4 as in MATCHES, $5 text[] destinations that there are, $6 whether those with a bad signature, too. */
const IS_WANTED = `destination = any ($5::text[]) and (reason <> 'bad_signature' or $6::boolean)`;

/** The newest id of now, and how many of those that match can't be replayed, each counted once. */
export const SURVEY = `
  select coalesce(max(id), 0) as newest,
         count(*) filter (where destination <> all ($5::text[])) as unknown_destination,
         count(*) filter (
           where destination = any ($5::text[]) and reason = 'bad_signature' and not $6::boolean
         ) as bad_signature,
         count(*) filter (where ${IS_WANTED} and payload is null) as too_large
  from rejected_event
  where ${MATCHES}`;

/** Oldest first: $7 and $8 bigint ids that they are above and not above, $9 how many at most, $10 bytes after which no more are answered. */
export const READ_BATCH = `
  with batch as (
    select id, destination, received_at, payload, payload_bytes
    from rejected_event
    where ${MATCHES} and ${IS_WANTED} and payload is not null and id > $7::bigint and id <= $8::bigint
    order by id
    limit $9
  ),
  sized as (
    select batch.*,
           sum(payload_bytes) over (order by id rows between unbounded preceding and 1 preceding) as bytes_before
    from batch
  )
  select id, destination, received_at, payload::text as payload
  from sized
  where coalesce(bytes_before, 0) < $10::bigint
  order by id`;

/** $1 bigint[] ids. */
export const DELETE_TAKEN = `
  delete from rejected_event where id = any ($1::bigint[])`;
