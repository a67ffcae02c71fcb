import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A process that holds memberships in memory, and how far in the feed it is. */
@Entity('replica')
export class ReplicaEntity {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ name: 'feed_position', type: 'bigint' })
  feedPosition: string;

  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt: Date;
}
