import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { READ_STRETCH } from './import-record.sql.js';
import { DELETE_SOME, READ_END, READ_STAGED } from './import.sql.js';
import { inKeyOrder } from './key-order.js';
import { READ_OLD_TOMBSTONES } from './purge.sql.js';

describe('a statement that goes on through a set', () => {
  let testDb: TestDatabase;
  let database: Database;
  let memberSet: number;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    memberSet = await insertAudience(database);
    await database.query('alter table membership set (autovacuum_enabled = false)');
    await database.query(
      `insert into membership (member_set, member_key, is_member, event_at, changed_at)
       select $1, md5(g::text), true, now(), now() from generate_series(1, 50000) g`,
      [memberSet],
    );
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  const STATEMENTS: Readonly<Record<string, readonly [sql: string, rest: readonly unknown[]]>> = {
    'finds where a stretch ends': [READ_END, ['', 5_000]],
    'reads what is staged': [READ_STAGED, ['', 2_000]],
    'deletes it': [DELETE_SOME, ['', 5_000]],
    'compares it with another': [READ_STRETCH, [4_711, '', 5_000]],
    'looks for old tombstones': [READ_OLD_TOMBSTONES, ['', 20_000, 1_000]],
  };

  it.each(Object.entries(STATEMENTS))(
    'and %s reads its own stretch alone, also where PostgreSQL knows nothing of the set yet',
    async (_what, [sql, rest]) => {
      for (const first of ['select', 'analyze membership']) {
        await database.query(first);
        const rows = await inKeyOrder<{ 'QUERY PLAN': string }>(database, `explain ${sql}`, [
          memberSet,
          ...rest,
        ]);
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).toContain('membership_pkey');
        expect(plan).not.toMatch(/Seq Scan on membership|Bitmap|-> +(Incremental )?Sort/);
      }
    },
  );

  it('leaves other statements on its connection to the planner', async () => {
    await inKeyOrder(database, 'select', []);
    const settings = await Promise.all(
      Array.from({ length: 5 }, () => database.query<{ enable_sort: string }>('show enable_sort')),
    );
    expect(settings.flat()).toEqual(Array.from({ length: 5 }, () => ({ enable_sort: 'on' })));
  });
});
