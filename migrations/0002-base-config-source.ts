import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which source a stored config is of, so that one of another key, address or file is never served;
 * and a hash of it, so that replicas read only what changed. Nothing was stored before this version.
 */
const STATEMENTS: readonly string[] = [
  `delete from base_config`,
  `alter table base_config add column source text not null, add column content text not null`,
];

export class BaseConfigSource implements MigrationInterface {
  readonly name = 'BaseConfigSource0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
