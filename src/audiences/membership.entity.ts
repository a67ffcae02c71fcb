import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whether a member is in a set of members, since when; an audience has one set. Leaves stay as tombstones. Written in sets only: see membership.sql.ts. */
@Entity('membership')
export class MembershipEntity {
  @PrimaryColumn({ name: 'member_set', type: 'bigint' })
  memberSet: string;

  @PrimaryColumn({ name: 'member_key', type: 'text', collation: 'C' })
  memberKey: string;

  @Column({ name: 'is_member', type: 'boolean' })
  isMember: boolean;

  /** What is_member was before the last write; null after an insert. */
  @Column({ type: 'boolean', nullable: true })
  previous: boolean | null;

  /** The time of the newest event, to the microsecond. */
  @Column({ name: 'event_at', type: 'timestamptz' })
  eventAt: Date;

  @Column({ name: 'changed_at', type: 'timestamptz' })
  changedAt: Date;
}
