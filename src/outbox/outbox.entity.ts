import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A Feature Flag Changed event that Segment has not taken yet, written in the transaction of the change. */
@Entity('outbox')
@Unique('outbox_scope_subject_from_version_to_version_key', [
  'scope',
  'subject',
  'fromVersion',
  'toVersion',
])
export class OutboxEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  /** The SDK id or the product. */
  @Column({ type: 'text' })
  scope: string;

  /** The flag or the segment. */
  @Column({ type: 'text' })
  subject: string;

  @Column({ name: 'from_version', type: 'text' })
  fromVersion: string;

  @Column({ name: 'to_version', type: 'text' })
  toVersion: string;

  @Column({ type: 'json' })
  event: unknown;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt: Date;

  @Column({ name: 'leased_until', type: 'timestamptz', nullable: true })
  leasedUntil: Date | null;

  @Column({ type: 'integer', default: 0 })
  attempts: number;
}
