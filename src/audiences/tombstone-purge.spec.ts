import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { isNumberingFree, waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { isConflict } from '../database/sql-state.js';
import { MemberEraser } from './member-eraser.js';
import { MembershipStore } from './membership-store.js';
import { DELETE_TOMBSTONES } from './purge.sql.js';
import { TombstonePurge } from './tombstone-purge.js';

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;

/** Microseconds since 1970, so many days ago. */
function daysAgo(days: number): number {
  return (Date.now() - days * DAY_MS) * 1_000;
}

describe('the purge of tombstones', () => {
  let testDb: TestDatabase;
  let database: Database;
  let store: MembershipStore;
  let purge: TombstonePurge;
  let audienceId: number;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    store = new MembershipStore(database);
    purge = new TombstonePurge(database, MONTH_MS);
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  beforeEach(async () => {
    await database.query(`update instance set purged_at = '-infinity'`);
    audienceId = await insertAudience(database, { destination: `dest_${Math.random()}` });
  });

  const write = async (memberKey: string, isMember: boolean, days: number) =>
    (await store.write([{ audienceId, memberKey, isMember, eventAt: daysAgo(days) }]))[0];
  const keys = async (): Promise<readonly string[]> => {
    const rows = await database.query<{ member_key: string }>(
      'select member_key from membership where member_set = $1 order by member_key',
      [audienceId],
    );
    return rows.map((row) => row.member_key);
  };

  it('lets go of old leaves, and of nothing else', async () => {
    await write('old member', true, 60);
    await write('old leave', false, 31);
    await write('young leave', false, 29);
    expect(await purge.run()).toBe(1);
    expect(await keys()).toEqual(['old member', 'young leave']);
  });

  it('makes stale what is older than the horizon, so no late enter undoes what was forgotten', async () => {
    await write('ada', false, 31);
    await purge.run();
    expect(await write('ada', true, 32)).toBe('stale');
    expect(await write('bea', true, 30.5)).toBe('stale');
    expect(await write('ada', true, 29)).toBe('added');
  });

  it('leaves an audience without old leaves its whole past', async () => {
    await write('ada', false, 3);
    await purge.run();
    expect(await write('bea', true, 300)).toBe('added');
  });

  it('happens once a day, whichever replica asks', async () => {
    await write('ada', false, 31);
    const both = await Promise.all([purge.run(), new TombstonePurge(database, MONTH_MS).run()]);
    expect(both.toSorted()).toEqual([0, 1]);
    await write('bea', false, 29);
    expect(await purge.run()).toBe(0);
  });

  it('is noticed by a flush that began before it', async () => {
    await write('a lock', true, 3);
    await write('ada', false, 31);
    let flushed: Promise<unknown> | undefined;
    await database.transaction(async (manager) => {
      await manager.query(
        `select from membership where member_set = $1 and member_key = 'a lock' for update`,
        [audienceId],
      );
      // Its snapshot knows no horizon, and it comes to ada's row after the purge.
      flushed = store.write([
        { audienceId, memberKey: 'a lock', isMember: false, eventAt: daysAgo(2) },
        { audienceId, memberKey: 'ada', isMember: true, eventAt: daysAgo(32) },
      ]);
      flushed.catch(() => {});
      await waitingForLocks(database, 1);
      await purge.run();
      expect(await keys()).toEqual(['a lock']);
    });
    await expect(flushed).rejects.toSatisfy(isConflict);
    expect(await keys()).toEqual(['a lock']);
  });

  it('holds no writer up while it waits for a row: what all count comes last', async () => {
    await write('ada', false, 31);
    const client = await database.dedicatedClient();
    await client.query('begin');
    await client.query('select from membership where member_set = $1 for update', [audienceId]);
    const purging = purge.run();
    await waitingForLocks(database, 1);
    expect(await isNumberingFree(database)).toBe(true);
    const free = await database.query('select from instance for update nowait');
    expect(free).toHaveLength(1);
    await client.query('rollback');
    await client.end();
    expect(await purging).toBe(1);
  });

  it('locks rows in the order of the keys, as flushes do', async () => {
    for (const key of ['aaa', 'bbb', 'ccc']) await write(key, false, 31);
    // In the table they stand in another order.
    for (const key of ['bbb', 'aaa']) await write(key, false, 30.5);
    const client = await database.dedicatedClient();
    await client.query('begin');
    await client.query(
      `select from membership where member_set = $1 and member_key = 'bbb' for update`,
      [audienceId],
    );
    const purging = purge.run();
    await waitingForLocks(database, 1);
    const { rows } = await client.query<{ member_key: string }>(
      `select member_key from membership where member_set = $1 order by 1 for update skip locked`,
      [audienceId],
    );
    expect(rows.map((row) => row.member_key)).toEqual(['bbb', 'ccc']);
    await client.query('rollback');
    await client.end();
    expect(await purging).toBe(3);
  });

  it('starts again where it lost a race', async () => {
    await write('ada', false, 31);
    const unlucky = failingOnce(database, DELETE_TOMBSTONES, '40P01');
    expect(await new TombstonePurge(unlucky, MONTH_MS).run()).toBe(1);
    expect(await keys()).toEqual([]);
  });

  it('is begun anew within the hour by any replica where it failed or died', async () => {
    await write('ada', false, 31);
    const failing = failingOnce(database, DELETE_TOMBSTONES, '57014');
    await expect(new TombstonePurge(failing, MONTH_MS).run()).rejects.toMatchObject({
      code: '57014',
    });
    expect(await purge.run()).toBe(0);
    await database.query(`update instance set purged_at = purged_at - interval '1 hour'`);
    expect(await purge.run()).toBe(1);
    await database.query(`update instance set purged_at = purged_at - interval '23 hours'`);
    await write('bea', false, 29);
    expect(await new TombstonePurge(database, MONTH_MS).run()).toBe(0);
  });

  it('forgets erasures of that age, behind the same horizon', async () => {
    const destination = 'forgetful';
    audienceId = await insertAudience(database, { destination });
    const eraser = new MemberEraser(database);
    await eraser.erase([destination], [{ memberKey: 'ada', erasedAt: daysAgo(40) }]);
    await purge.run();
    expect(await write('ada', true, 41)).toBe('stale');
    await database.query(
      `update erased_member set recorded_at = now() - interval '31 days' where destination = $1`,
      [destination],
    );
    await database.query(`update instance set purged_at = '-infinity'`);
    await purge.run();
    expect(
      await database.query('select from erased_member where destination = $1', [destination]),
    ).toEqual([]);
    expect(await write('ada', true, 41)).toBe('stale');
    expect(await write('ada', true, 1)).toBe('added');
  });
});

/** The first time that its transactions make this statement, they fail so. */
function failingOnce(database: Database, statement: string, code: string): Database {
  let hasFailed = false;
  const failing = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]): unknown => {
          const [work] = parameters;
          if (work === statement && !hasFailed) {
            hasFailed = true;
            return Promise.reject(Object.assign(new Error(code), { code }));
          }
          if (name !== 'transaction' || typeof work !== 'function') {
            return Reflect.apply(value, object, parameters);
          }
          return Reflect.apply(value, object, [
            (manager: object): unknown => Reflect.apply(work, undefined, [failing(manager)]),
          ]);
        };
      },
    });
  return failing(database);
}
