import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A member whom the history of changes is still to forget: the last place that has the key in clear. */
@Entity('history_erasure')
export class HistoryErasureEntity {
  @PrimaryColumn({ type: 'text' })
  destination: string;

  @PrimaryColumn({ name: 'member_key', type: 'text', collation: 'C' })
  memberKey: string;

  /** What is newer is kept. */
  @Column({ name: 'erased_at', type: 'timestamptz' })
  erasedAt: Date;

  /** Until then somebody is at it. */
  @Column({ name: 'leased_until', type: 'timestamptz', nullable: true })
  leasedUntil: Date | null;
}
