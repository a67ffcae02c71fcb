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

/**
 * The next ids, oldest first, those with a payload that are wanted: $7 bigint id that they are above,
 * $8 bigint id that none wanted is above, $9 how many at most, $10 bytes of payload after which no
 * more are answered.
 *
 * Only ids choose what is read: where the table was just filled and never analysed, the planner would
 * else read all of a destination and sort it, for each thousand of them (140 ms where this takes 3).
 */
export const READ_BATCH = `
  with next as materialized (
    select id, destination, reason, received_at, payload, payload_bytes
    from rejected_event
    where id > $7::bigint
    order by id
    limit $9
  ),
  marked as (
    select next.*,
           ${MATCHES} and ${IS_WANTED} and payload is not null and id <= $8::bigint as is_wanted
    from next
  ),
  sized as (
    select marked.*,
           sum(case when is_wanted then payload_bytes else 0 end)
             over (order by id rows between unbounded preceding and 1 preceding) as bytes_before
    from marked
  )
  select id, destination, received_at, case when is_wanted then payload::text end as payload
  from sized
  where coalesce(bytes_before, 0) < $10::bigint
  order by id`;

/** $1 bigint[] ids. */
export const DELETE_TAKEN = `
  delete from rejected_event where id = any ($1::bigint[])`;
