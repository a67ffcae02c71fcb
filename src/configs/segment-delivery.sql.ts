/** $1 SDK ids, $2 inline_limit, $3 inline_total. */
export const READ_BY_ATTRIBUTE = `
  select sdk_id, segment_id from segment_delivery
  where sdk_id = any ($1::text[]) and inline_limit = $2 and inline_total = $3
    and delivered_as = 'attribute'`;

/**
 * $1 SDK id, $2 inline_limit, $3 inline_total, $4 segments, $5 how each is delivered, $6 the position
 * of the feed at which that was chosen. Answers a row for each that was another before. What was
 * chosen by later sizes stays; the position is none that a restored feed has still to reach. Segments
 * that somebody deletes at this moment are left out: waiting for him, with rows that his deletion
 * takes along, could be a deadlock.
 */
export const STORE_DELIVERIES = `
  with present as (
    select id from segment where id = any ($4::uuid[]) for key share skip locked
  )
  insert into segment_delivery as stored
    (segment_id, sdk_id, inline_limit, inline_total, delivered_as, feed_position)
  select chosen.segment_id, $1, $2, $3, chosen.delivered_as,
    least($6::bigint, (select last_value from membership_change_number))
  from unnest($4::uuid[], $5::text[]) as chosen (segment_id, delivered_as)
  join present on present.id = chosen.segment_id
  order by chosen.segment_id
  on conflict (segment_id, sdk_id, inline_limit, inline_total) do update
  set delivered_as = excluded.delivered_as, feed_position = excluded.feed_position,
    changed_at = clock_timestamp()
  where stored.delivered_as <> excluded.delivered_as
    and stored.feed_position <= excluded.feed_position
  returning 1`;

/** $1 SDK id, $2 inline_limit, $3 inline_total, $4 segments. */
export const READ_SOME = `
  select segment_id, delivered_as from segment_delivery
  where segment_id = any ($4::uuid[]) and sdk_id = $1 and inline_limit = $2 and inline_total = $3`;
