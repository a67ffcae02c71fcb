import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last good base config of an SDK id, for all replicas. */
@Entity('base_config')
export class BaseConfigEntity {
  @PrimaryColumn({ name: 'sdk_id', type: 'text' })
  sdkId: string;

  @Column({ type: 'text', nullable: true })
  etag: string | null;

  /** As its source gave it, byte for byte. */
  @Column({ type: 'text' })
  json: string;

  @Column({ name: 'fetched_at', type: 'timestamptz' })
  fetchedAt: Date;
}
