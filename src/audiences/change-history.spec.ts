import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { ChangeHistory } from './change-history.js';
import { SHOW_REPLICA } from './feed.sql.js';
import { MembershipStore } from './membership-store.js';

const DAY_MS = 86_400_000;
const NOW = Date.now();

/** Of the partition of the day so many days from now. */
function nameOf(days: number): string {
  const day = new Date(NOW + days * DAY_MS).toISOString().slice(0, 10);
  return `membership_change_${day.replaceAll('-', '')}`;
}

describe('the history of changes', () => {
  let testDb: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
  });
  afterEach(async () => {
    await database.close();
    await testDb.drop();
  });

  const historyAt = (days: number): ChangeHistory =>
    new ChangeHistory(database, 90 * DAY_MS, () => NOW + days * DAY_MS);
  const partitions = async (): Promise<readonly string[]> => {
    const rows = await database.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits
       where inhparent = 'membership_change'::regclass order by 1`,
    );
    return rows.map(({ name }) => name);
  };
  const enter = async (memberKey: string): Promise<void> => {
    const audienceId = await insertAudience(database);
    const event = { audienceId, memberKey, isMember: true, eventAt: NOW * 1_000 };
    await new MembershipStore(database).write([event]);
  };
  const seen = (position: number): Promise<unknown> =>
    database.query(SHOW_REPLICA, [randomUUID(), position]);
  const where = async (): Promise<readonly string[]> => {
    const rows = await database.query<{ name: string }>(
      'select tableoid::regclass::text as name from membership_change order by id',
    );
    return rows.map(({ name }) => name);
  };

  it('has a partition for today and for days ahead, which take what comes', async () => {
    await historyAt(0).tidy();
    expect(await partitions()).toEqual([...[0, 1, 2, 3].map(nameOf), 'membership_change_default']);
    await enter('ada');
    expect(await where()).toEqual([nameOf(0)]);
  });

  it('may be tidied by all replicas at once, and again', async () => {
    await Promise.all([1, 2, 3, 4].map(() => historyAt(0).tidy()));
    await historyAt(0).tidy();
    expect(await partitions()).toHaveLength(5);
  });

  it('leaves a day in the default partition that began there', async () => {
    await enter('ada');
    await historyAt(0).tidy();
    expect(await partitions()).toEqual([...[1, 2, 3].map(nameOf), 'membership_change_default']);
    expect(await where()).toEqual(['membership_change_default']);
  });

  it('drops a day once it is too old and every replica has read it', async () => {
    await historyAt(0).tidy();
    await enter('ada');
    const [{ id } = { id: '' }] = await database.query<{ id: string }>(
      'select id from membership_change',
    );
    await seen(Number(id) - 1);
    await historyAt(92).tidy();
    expect(await partitions()).toContain(nameOf(0));
    await database.query('delete from replica');
    await seen(Number(id));
    await historyAt(89).tidy();
    expect(await partitions()).toContain(nameOf(0));
    await historyAt(92).tidy();
    expect(await partitions()).not.toContain(nameOf(0));
    expect(await where()).toEqual([]);
  });

  it('lets go of old changes in the default partition, too', async () => {
    await enter('ada');
    await enter('bea');
    await database.query(
      `update membership_change set recorded_at = now() - interval '91 days' where member_keys = '{ada}'`,
    );
    await seen(Number.MAX_SAFE_INTEGER);
    await historyAt(0).tidy();
    expect(await where()).toEqual(['membership_change_default']);
  });
});
