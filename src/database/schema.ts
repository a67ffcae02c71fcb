import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';
import { AudienceSyncError } from '../error.js';

/** Key of the advisory lock that lets one instance migrate at a time: any constant that nothing else locks. */
const MIGRATION_LOCK = 7_022_364_301_936_521;

export class SchemaTooNewError extends AudienceSyncError {
  readonly code = 'schema_too_new';
}

/**
 * Brings the schema to this version's. Several instances may do so at once: one migrates, the
 * others wait for it.
 * @throws SchemaTooNewError when a newer version has migrated the database: nothing is changed then.
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    // Waiting for a long migration of another instance is no failure of this statement.
    await runner.query('set statement_timeout = 0');
    await runner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      await refuseNewerSchema(dataSource, runner);
      // On the connection that has the lock: a pool of one has no other.
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      await executor.executePendingMigrations();
    } finally {
      await runner.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await runner.query('reset statement_timeout');
    }
  } finally {
    await runner.release();
  }
}

async function refuseNewerSchema(dataSource: DataSource, runner: QueryRunner): Promise<void> {
  const [table] = await dataSource.query<{ present: boolean }[]>(
    `select to_regclass('migration') is not null as present`,
    [],
    runner,
  );
  if (table?.present !== true) {
    return;
  }
  const applied = await dataSource.query<{ name: string }[]>(
    'select name from migration',
    [],
    runner,
  );
  const known = new Set(dataSource.migrations.map((migration) => migration.name));
  const unknown = applied.map((row) => row.name).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new SchemaTooNewError(
      `The database was migrated by a newer version of this service (${unknown.join(', ')}). ` +
        'Start that version or a later one, or restore a backup made before the upgrade.',
    );
  }
}
