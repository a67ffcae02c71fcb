import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a member was erased, without saying who: events up to then are stale. */
@Entity('erased_member')
export class ErasedMemberEntity {
  @PrimaryColumn({ type: 'text' })
  destination: string;

  @PrimaryColumn({ name: 'key_sha256', type: 'bytea' })
  keySha256: Buffer;

  @Column({ name: 'erased_at', type: 'timestamptz' })
  erasedAt: Date;

  @Column({ name: 'recorded_at', type: 'timestamptz', default: () => 'now()' })
  recordedAt: Date;
}
