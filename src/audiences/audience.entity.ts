import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** What Engage calculates; identified by destination, computation and context kind. */
@Entity('audience')
@Unique('audience_destination_computation_id_context_kind_key', [
  'destination',
  'computationId',
  'contextKind',
])
@Check('audience_status_check', `status in ('live', 'archived')`)
@Index('audience_alias_of', ['aliasOf'], { where: 'alias_of is not null' })
@Index('audience_unbound', ['destination', 'name'], {
  where: 'computation_id is null and alias_of is null',
})
export class AudienceEntity {
  /** What createAudience answers; below 2^48, so exact as a number too. */
  @PrimaryColumn({ type: 'bigint' })
  id: string;

  @Column({ type: 'text' })
  destination: string;

  /** Segment's stable id (`aud_…`); null until an event binds an audience that createAudience made. */
  @Column({ name: 'computation_id', type: 'text', nullable: true })
  computationId: string | null;

  @Column({ name: 'context_kind', type: 'text' })
  contextKind: string;

  /** The trait's or property's name; null until bound. */
  @Column({ type: 'text', nullable: true })
  key: string | null;

  /** Names the audience in flags and in the membership attribute, for ever; null until bound. */
  @Column({ type: 'text', nullable: true, unique: true })
  slug: string | null;

  @Column({ type: 'text' })
  name: string;

  /** The user attribute that member keys are matched on. */
  @Column({ type: 'text' })
  attribute: string;

  @Column({ type: 'text', nullable: true })
  space: string | null;

  @Column({ type: 'text', default: 'live' })
  status: 'live' | 'archived';

  /** The audience that already had this one's computation when an event named both. */
  @Column({ name: 'alias_of', type: 'bigint', nullable: true })
  aliasOf: string | null;

  /** The purge horizon: events older than this are stale, since tombstones up to it are gone. */
  @Column({ name: 'purged_before', type: 'timestamptz', nullable: true })
  purgedBefore: Date | null;

  /** The set that its memberships are in. */
  @Index('audience_member_set', { unique: true })
  @Column({ name: 'member_set', type: 'bigint' })
  memberSet: string;

  /** The set that is to take the place of the first, while it is filled. */
  @Index('audience_incoming_set', { where: 'incoming_set is not null' })
  @Column({ name: 'incoming_set', type: 'bigint', nullable: true })
  incomingSet: string | null;

  @Column({ name: 'first_event_at', type: 'timestamptz', nullable: true })
  firstEventAt: Date | null;

  @Column({ name: 'last_event_at', type: 'timestamptz', nullable: true })
  lastEventAt: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;
}
