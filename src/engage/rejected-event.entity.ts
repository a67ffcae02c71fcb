import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An event that could not be understood, kept aside for whoever mends the mapping. */
@Entity('rejected_event')
@Index('rejected_event_destination', ['destination', 'reason', 'id'])
@Index('rejected_event_identifiers', { synchronize: false })
export class RejectedEventEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column({ type: 'text' })
  destination: string;

  @Column({ type: 'text' })
  reason: string;

  @Column({ type: 'text' })
  detail: string;

  @Column({ name: 'received_at', type: 'timestamptz' })
  receivedAt: Date;

  /** json and not jsonb, which refuses NUL and lone surrogates. Null when it was too large to keep. */
  @Column({ type: 'json', nullable: true })
  payload: unknown;

  @Column({ name: 'payload_bytes', type: 'integer' })
  payloadBytes: number;

  /** SHA-256 of the identifiers in it, so that an erasure finds it. */
  @Column({ type: 'bytea', array: true })
  identifiers: Buffer[];
}
