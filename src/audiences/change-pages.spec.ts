import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { ChangePages, type ListedChange } from './change-pages.js';
import { READ_CHANGE_PAGE } from './change-pages.sql.js';

const WRITE = `
  insert into membership_change (id, recorded_at, audience_id, member_keys, is_members, event_ats)
  select nextval('membership_change_number'), now() - interval '1 hour', $1,
         array(select c || '_' || n from generate_series(1, $3::int) as n),
         array_fill(true, array[$3::int]), array_fill(now(), array[$3::int])
  from generate_series(1, $2::int) as c`;

describe('a page of changes', () => {
  let testDb: TestDatabase;
  let database: Database;
  let silent: number;
  let busy: number;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    silent = await insertAudience(database);
    busy = await insertAudience(database);
    await database.query(WRITE, [silent, 2_500, 1]);
    await database.query(WRITE, [busy, 40_000, 1]);
    await database.query(WRITE, [silent, 20, 2_000]);
    await database.query('analyze membership_change');
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  /** What PostgreSQL had in its hands for a page of a hundred, in pages of 8 KiB. */
  const pagesRead = async (audienceId: number, after?: number): Promise<number> => {
    const [row] = await database.query<{
      'QUERY PLAN': readonly { Plan: Readonly<Record<string, number>> }[];
    }>(`explain (analyze, buffers, format json) ${READ_CHANGE_PAGE}`, [
      audienceId,
      null,
      null,
      after ?? null,
      after === undefined ? null : '',
      101,
    ]);
    const plan = row?.['QUERY PLAN'][0]?.Plan ?? {};
    return (plan['Shared Hit Blocks'] ?? NaN) + (plan['Shared Read Blocks'] ?? NaN);
  };

  it('reads the changes of no other audience', async () => {
    expect(await pagesRead(silent)).toBeLessThan(400);
    // From behind its large ones: those of the other lie between.
    expect(await pagesRead(silent, 42_500)).toBeLessThan(400);
    expect(await pagesRead(busy)).toBeLessThan(400);
  });

  it('shows nobody whom the history is still to forget, but what came later', async () => {
    const page = (erasedAt: string) =>
      database
        .query(
          `insert into history_erasure (destination, member_key, erased_at)
           values ('dest', '20_1', ${erasedAt})
           on conflict (destination, member_key) do update set erased_at = excluded.erased_at`,
        )
        .then(() => new ChangePages(database).read(silent, { limit: 1_000 }))
        .then(({ changes }) => changes.filter(({ memberKey }) => memberKey === '20_1').length);
    expect(await page('now()')).toBe(0);
    expect(await page(`now() - interval '1 day'`)).toBe(1);
    await database.query('delete from history_erasure');
  });

  it('comes to the end, each change once, whatever their size', async () => {
    const pages = new ChangePages(database);
    const seen = new Set<string>();
    let [count, asked] = [0, 0];
    let page: Awaited<ReturnType<ChangePages['read']>> | undefined;
    do {
      page = await pages.read(silent, { limit: 1_000, after: page?.next });
      page.changes.forEach(({ memberKey }: ListedChange) => seen.add(memberKey));
      count += page.changes.length;
      asked += 1;
    } while (page.next !== undefined);
    // 1_1 to 20_1 stand among the small changes and the large ones.
    expect([count, seen.size, asked]).toEqual([42_500, 42_480, 43]);
  });
});
