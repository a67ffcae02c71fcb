import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { SegmentEntity } from '../segments/segment.entity.js';
import type { DeliveredAs } from './delivery.js';

/** What was chosen last, by its size, for a segment in the config of one SDK id; no row: a list. */
@Entity('segment_delivery')
@Check('segment_delivery_delivered_as_check', `delivered_as in ('list', 'attribute')`)
export class SegmentDeliveryEntity {
  @PrimaryColumn({ name: 'segment_id', type: 'uuid' })
  segmentId: string;

  @ManyToOne(() => SegmentEntity, { onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'segment_id',
    foreignKeyConstraintName: 'segment_delivery_segment_id_fkey',
  })
  segment: SegmentEntity;

  @PrimaryColumn({ name: 'sdk_id', type: 'text' })
  sdkId: string;

  /** The options that it was chosen by. */
  @PrimaryColumn({ name: 'inline_limit', type: 'bigint' })
  inlineLimit: string;

  @PrimaryColumn({ name: 'inline_total', type: 'bigint' })
  inlineTotal: string;

  @Column({ name: 'delivered_as', type: 'text' })
  deliveredAs: DeliveredAs;

  /** The change of the feed up to which the sizes were known by which it was chosen. */
  @Column({ name: 'feed_position', type: 'bigint' })
  feedPosition: string;

  @Column({ name: 'changed_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  changedAt: Date;
}
