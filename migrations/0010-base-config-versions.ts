import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts the changes of a config, so that one that comes again is another change. */
const STATEMENTS: readonly string[] = [
  `alter table base_config add column version bigint not null default 1`,
];

export class BaseConfigVersions implements MigrationInterface {
  readonly name = 'BaseConfigVersions0000000000010';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
