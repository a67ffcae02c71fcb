import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last good base config of an SDK id, for all replicas. */
@Entity('base_config')
export class BaseConfigEntity {
  @PrimaryColumn({ name: 'sdk_id', type: 'text' })
  sdkId: string;

  /** Names where it came from, without telling the key; see sourceName(). */
  @Column({ type: 'text' })
  source: string;

  @Column({ type: 'text', nullable: true })
  etag: string | null;

  /** As its source gave it, byte for byte, but for a byte order mark. */
  @Column({ type: 'text' })
  json: string;

  /** Hash of ETag and JSON. */
  @Column({ type: 'text' })
  content: string;

  /** Counts its changes. */
  @Column({ type: 'bigint', default: 1 })
  version: string;

  /** Fetched, or confirmed as unchanged, then; by the clock of PostgreSQL. */
  @Column({ name: 'fetched_at', type: 'timestamptz' })
  fetchedAt: Date;
}
