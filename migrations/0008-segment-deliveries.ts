import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How a segment is delivered depends on how it was before (it comes back as a list below 80 % of the
 * limit only), so replicas must share that, or one that starts later serves another config for good.
 */
const STATEMENTS: readonly string[] = [
  // The limits are in the key: while options change from replica to replica, each kind agrees among itself.
  `create table segment_delivery (
    segment_id uuid not null
      constraint segment_delivery_segment_id_fkey references segment (id) on delete cascade,
    sdk_id text not null,
    inline_limit bigint not null,
    inline_total bigint not null,
    delivered_as text not null
      constraint segment_delivery_delivered_as_check check (delivered_as in ('list', 'attribute')),
    feed_position bigint not null,
    changed_at timestamptz not null default clock_timestamp(),
    primary key (segment_id, sdk_id, inline_limit, inline_total)
  )`,
];

export class SegmentDeliveries implements MigrationInterface {
  readonly name = 'SegmentDeliveries0000000000008';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
