import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An audience's row goes at once when it is deleted; its memberships, and the history that names
 * them, go in short steps, as the set does that an import took the place of.
 */
const STATEMENTS: readonly string[] = [
  // destination: of an audience that was deleted, so that erasures find what is left of it.
  `alter table member_import add column destination text`,
  // emptying: one process has it, and no other takes it meanwhile.
  `alter table member_import
     drop constraint member_import_state_check,
     add constraint member_import_state_check
       check (state in ('staging', 'dropped', 'switched', 'recorded', 'emptying'))`,
];

export class DeletedAudiences implements MigrationInterface {
  readonly name = 'DeletedAudiences0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) {
      await runner.query(statement);
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
