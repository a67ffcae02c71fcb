import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { SegmentDefinition } from './segment-definition.js';

/** Who changed a segment to what, and when. */
@Entity('segment_change')
@Index('segment_change_segment', ['segmentId', 'id'])
export class SegmentChangeEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column({ name: 'segment_id', type: 'uuid' })
  segmentId: string;

  @Column({ type: 'text' })
  product: string;

  /** What it was called. */
  @Column({ type: 'text', default: '' })
  name: string;

  @Column({ type: 'integer' })
  version: number;

  /** Null: it was deleted. */
  @Column({ type: 'jsonb', nullable: true })
  definition: SegmentDefinition | null;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'boolean', nullable: true })
  overlay: boolean | null;

  @Column({ name: 'changed_by', type: 'text' })
  changedBy: string;

  @Column({ name: 'changed_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  changedAt: Date;
}
