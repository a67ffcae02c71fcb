import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { SegmentDefinition } from './segment-definition.js';

/** A named, reusable condition of a product. */
@Entity('segment')
@Unique('segment_product_name_key', ['product', 'name'])
@Index('segment_without_audience', ['id'], { where: 'audience_id is null' })
@Index('segment_audience', ['audienceId'], { where: 'audience_id is not null' })
export class SegmentEntity {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column({ type: 'text' })
  product: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', default: '' })
  description: string;

  @Column({ type: 'jsonb' })
  definition: SegmentDefinition;

  /** The audience the definition names, when there is one. */
  @Column({ name: 'audience_id', type: 'bigint', nullable: true })
  audienceId: string | null;

  /** Takes the place of a base config's segment of the same name. */
  @Column({ type: 'boolean', default: true })
  overlay: boolean;

  @Column({ type: 'integer', default: 1 })
  version: number;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date;

  @Column({ name: 'created_by', type: 'text' })
  createdBy: string;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  updatedAt: Date;

  @Column({ name: 'updated_by', type: 'text' })
  updatedBy: string;
}
