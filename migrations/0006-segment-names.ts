import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The history tells what a segment was called: who deleted which can not be asked of the segment itself. */
const STATEMENTS: readonly string[] = [
  `alter table segment_change add column name text not null default ''`,
  `update segment_change c set name = s.name from segment s where s.id = c.segment_id`,
  // Each new audience looks for segments that have named it: among few, not among all.
  `create index segment_without_audience on segment (id) where audience_id is null`,
];

export class SegmentNames implements MigrationInterface {
  readonly name = 'SegmentNames0000000000006';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
