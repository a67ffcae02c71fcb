import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whom the history is still to forget. Memberships go at once; the history may be of hundreds of
 * millions of changes, so it is looked through in the background, once for all who wait.
 */
const STATEMENTS: readonly string[] = [
  `create table history_erasure (
    destination text not null,
    member_key text collate "C" not null,
    erased_at timestamptz not null,
    leased_until timestamptz,
    primary key (destination, member_key)
  )`,
];

export class Erasures implements MigrationInterface {
  readonly name = 'Erasures0000000000007';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
