import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * The feed: one row for each flush and audience, with the members that changed in three arrays of
 * one length. `id` is in commit order. Partitioned by day, so TypeORM never creates it.
 */
@Entity('membership_change')
@Index('membership_change_id', ['id'])
@Index('membership_change_audience', ['audienceId', 'id'])
@Index('membership_change_erases', ['id'], { where: 'erases' })
export class MembershipChangeEntity {
  @PrimaryColumn({ name: 'recorded_at', type: 'timestamptz', default: () => 'now()' })
  recordedAt: Date;

  @PrimaryColumn({ type: 'bigint' })
  id: string;

  @Column({ name: 'audience_id', type: 'bigint' })
  audienceId: string;

  @Column({ name: 'member_keys', type: 'text', array: true, collation: 'C' })
  memberKeys: string[];

  @Column({ name: 'is_members', type: 'boolean', array: true })
  isMembers: boolean[];

  @Column({ name: 'event_ats', type: 'timestamptz', array: true })
  eventAts: Date[];

  /** Tells replicas of an erased member; the row goes once all of them have passed it. */
  @Column({ type: 'boolean', default: false })
  erases: boolean;

  /** From this change on the audience has that set of members; the arrays are empty. */
  @Column({ name: 'new_set', type: 'bigint', nullable: true })
  newSet: string | null;

  /** For the history only: replicas learned of it by another change. */
  @Column({ name: 'is_record', type: 'boolean', default: false })
  isRecord: boolean;
}
