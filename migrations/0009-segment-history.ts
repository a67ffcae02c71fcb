import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The history tells all that a change may change. Null: a change of before, or a deletion. */
const STATEMENTS: readonly string[] = [
  `alter table segment_change add column description text, add column overlay boolean`,
];

export class SegmentHistory implements MigrationInterface {
  readonly name = 'SegmentHistory0000000000009';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
