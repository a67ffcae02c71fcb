import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * An import of members that is under way, or the remains of one, or of an audience that was deleted:
 * which is as if nobody had been imported.
 */
@Entity('member_import')
@Check(
  'member_import_state_check',
  `state in ('staging', 'dropped', 'switched', 'recorded', 'emptying')`,
)
export class MemberImportEntity {
  /** The set that its members are staged in. */
  @PrimaryColumn({ type: 'bigint' })
  id: string;

  @Column({ name: 'audience_id', type: 'bigint' })
  audienceId: string;

  /** The set that the staged one takes the place of; null: they are added to it. */
  @Column({ name: 'old_set', type: 'bigint', nullable: true })
  oldSet: string | null;

  /** switched: it is shown, and the history is being told; or, without an old set, it is being added. */
  @Column({ type: 'text', default: 'staging' })
  state: 'staging' | 'dropped' | 'switched' | 'recorded' | 'emptying';

  /** The time of all its memberships. */
  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt: Date;

  /** When whoever works on it last said so. */
  @Column({ name: 'seen_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  seenAt: Date;

  @Column({ name: 'switched_at', type: 'timestamptz', nullable: true })
  switchedAt: Date | null;

  /** The change that told replicas. */
  @Column({ name: 'switch_change', type: 'bigint', nullable: true })
  switchChange: string | null;

  /** Of an audience that was deleted: so that erasures find what is left of it. Else null. */
  @Column({ type: 'text', nullable: true })
  destination: string | null;

  /** Up to this key the history tells what it changed, or it is added. */
  @Column({ name: 'recorded_up_to', type: 'text', collation: 'C', nullable: true })
  recordedUpTo: string | null;
}
