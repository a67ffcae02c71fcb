import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../migrations/all.js';
import { SchemaTooNewError } from '../../src/database/schema.js';
import { ENTITIES } from '../../src/entities.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { testDatabase } from '../support/template.js';

describe('the schema', () => {
  let testDb: TestDatabase | undefined;

  afterEach(async () => {
    await testDb?.drop();
  });

  it('is what the entities say, so that TypeORM would change nothing', async () => {
    testDb = await createTestDatabase();
    const dataSource = new DataSource({
      type: 'postgres',
      url: testDb.url,
      entities: [...ENTITIES],
    });
    await dataSource.initialize();
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      const statements = upQueries.map(({ query }) => query);
      expect(statements.filter((statement) => !isKnownToDiffer(statement))).toEqual([]);
    } finally {
      await dataSource.destroy();
    }
  });

  it('has an entity for every table but the partitions and the list of migrations', async () => {
    testDb = await createTestDatabase();
    const database = testDatabase(testDb.url);
    await database.connect();
    const rows = await database.query<{ relname: string }>(
      `select relname from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
    );
    const tables = await database.transaction((manager) =>
      Promise.resolve(manager.dataSource.entityMetadatas.map(({ tableName }) => tableName)),
    );
    expect(rows.map(({ relname }) => relname).toSorted()).toEqual(
      ['migration', ...tables].toSorted(),
    );
    await database.close();
  });

  describe('at start', () => {
    beforeEach(async () => {
      testDb = await createEmptyDatabase();
    });

    it('is made once by instances that start at the same time', async () => {
      const url = testDb?.url ?? '';
      const instances = Array.from({ length: 4 }, () => testDatabase(url));
      await Promise.all(instances.map((instance) => instance.connect()));
      const [first] = instances;
      const applied = await first?.query<{ name: string }>('select name from migration');
      expect(applied).toHaveLength(MIGRATIONS.length);
      const rows = await first?.query('select from instance');
      expect(rows).toHaveLength(1);
      await Promise.all(instances.map((instance) => instance.close()));
    });

    it('is refused, and left alone, when a newer version made it', async () => {
      const url = testDb?.url ?? '';
      const database = testDatabase(url);
      await database.connect();
      await database.query(
        `insert into migration ("timestamp", name) values (9999999999999, 'FromTheFuture9999999999999')`,
      );
      await database.close();
      await expect(testDatabase(url).connect()).rejects.toThrow(SchemaTooNewError);
      await expect(testDatabase(url).connect()).rejects.toThrow(
        /FromTheFuture.*newer|newer.*FromTheFuture/,
      );
    });
  });
});

/**
 * Foreign keys that no entity declares as a relation, since rows are read in sets; and a default
 * that TypeORM takes for another one, however it is written.
 */
function isKnownToDiffer(statement: string): boolean {
  return (
    /DROP CONSTRAINT "(audience_alias_of_fkey|segment_audience_id_fkey)"$/.test(statement) ||
    /"instance" ALTER COLUMN "epoch" (DROP DEFAULT|SET DEFAULT gen_random_uuid\(\))$/.test(
      statement,
    )
  );
}
