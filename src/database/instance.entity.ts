import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What all replicas over one database share. One row. */
@Entity('instance')
@Check('instance_singleton_check', 'singleton')
export class InstanceEntity {
  @PrimaryColumn({ type: 'boolean', default: true })
  singleton: boolean;

  /** Salts hashed lists where no base config brings a salt. */
  @Column({ type: 'text' })
  salt: string;

  /** Another value than before means another history of changes: the database was restored. */
  @Column({ type: 'uuid', default: () => 'gen_random_uuid()' })
  epoch: string;

  /** Raised with every write to a segment, an audience or a base config. */
  @Column({ type: 'bigint', default: 0 })
  revision: string;

  /** How many members were erased so far; see begin_changes in the first migration. */
  @Column({ type: 'bigint', default: 0 })
  erasures: string;

  /** How many purges of tombstones there were so far; see begin_changes in the third migration. */
  @Column({ type: 'bigint', default: 0 })
  purges: string;

  /** When old tombstones were looked for last. */
  @Column({ name: 'purged_at', type: 'timestamptz', default: () => "'-infinity'" })
  purgedAt: Date;
}
