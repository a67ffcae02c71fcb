import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { Notifications } from '../database/notifications.js';
import { Feed } from './feed.js';
import { MemberEraser } from './member-eraser.js';
import { MembershipStore } from './membership-store.js';

const AT = 1_700_000_000_000_000;

describe('the feed of a replica', () => {
  let testDb: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  function makeFeed(now: () => number = () => Date.now()): Feed {
    return new Feed(database, new Notifications(database, raise), raise, now);
  }

  it('loads everything anew after a sleep in which erasing changes may have gone', async () => {
    const audienceId = await insertAudience(database);
    const store = new MembershipStore(database);
    const eraser = new MemberEraser(database);
    await store.write([{ audienceId, memberKey: 'ada', isMember: true, eventAt: AT }]);
    let now = Date.now();
    const feed = makeFeed(() => now);
    const loaded = vi.fn<() => void>();
    feed.listen({ replaced: () => {}, changed: () => {}, loaded });
    feed.start();
    await eventually(() => expect(feed.index?.has(audienceId, 'ada')).toBe(true));

    // What the feed would have told is gone before the replica can read it.
    await database.transaction(async (manager) => {
      await manager.query('lock table membership_change in access exclusive mode');
      await manager.query('delete from membership where member_set = $1', [audienceId]);
      now += 3_600_000;
    });
    await eraser.forgetPassed();
    await eventually(() => expect(feed.index?.has(audienceId, 'ada')).toBe(false));
    expect(loaded).toHaveBeenCalledTimes(2);
    await feed.stop();
  });

  it.each([
    ['was restored', `update instance set epoch = gen_random_uuid()`],
    ['lost what was read', `select setval('membership_change_number', 1)`],
  ])('loads everything anew when the database %s', async (_name, loss) => {
    const audienceId = await insertAudience(database);
    await new MembershipStore(database).write([
      { audienceId, memberKey: 'ada', isMember: true, eventAt: AT },
      { audienceId, memberKey: 'bea', isMember: true, eventAt: AT },
    ]);
    const feed = makeFeed();
    feed.start();
    await eventually(() => expect(feed.index?.count(audienceId)).toBe(2));
    await database.transaction(async (manager) => {
      await manager.query(`delete from membership where member_set = $1 and member_key = 'ada'`, [
        audienceId,
      ]);
      await manager.query('delete from membership_change');
      await manager.query(loss);
    });
    await eventually(() => expect(feed.index?.has(audienceId, 'ada')).toBe(false));
    expect(feed.index?.has(audienceId, 'bea')).toBe(true);
    await feed.stop();
  });

  it('tells how far it is, and how long the newest change took', async () => {
    const audienceId = await insertAudience(database);
    const feed = makeFeed();
    expect(feed.state).toMatchObject({ lastReadAt: undefined, lag: undefined });
    feed.start();
    await eventually(() => expect(feed.state.lastReadAt).toBeDefined());
    const before = Date.now();
    await new MembershipStore(database).write([
      { audienceId, memberKey: 'lag', isMember: true, eventAt: AT },
    ]);
    await eventually(() => expect(feed.index?.has(audienceId, 'lag')).toBe(true));
    const { position, lag = -1, lastChangeAt = 0, lastReadAt = 0 } = feed.state;
    expect(position).toBe(feed.position);
    expect(lag).toBeGreaterThan(0);
    expect(lag).toBeLessThanOrEqual((lastReadAt - before) / 1_000 + 0.1);
    expect(lastChangeAt).toBeCloseTo(lastReadAt - lag * 1_000);
    await feed.stop();
  });

  it('keeps an erasing change until every replica has passed it, also one that is still loading', async () => {
    const audienceId = await insertAudience(database);
    const store = new MembershipStore(database);
    const eraser = new MemberEraser(database);
    await store.write([{ audienceId, memberKey: 'eve', isMember: true, eventAt: AT }]);
    await database.query(
      `insert into replica (id, feed_position, seen_at) values (gen_random_uuid(), 0, now())`,
    );
    await eraser.erase(['dest'], [{ memberKey: 'eve', erasedAt: AT + 1 }]);
    await eraser.forgetPassed();
    expect(await database.query('select from membership_change where erases')).toHaveLength(1);

    await database.query('delete from replica');
    const feed = makeFeed();
    feed.start();
    await eventually(async () => {
      const [replica] = await database.query<{ feed_position: string }>(
        'select feed_position from replica',
      );
      await eraser.forgetPassed();
      expect(Number(replica?.feed_position)).toBeGreaterThanOrEqual(0);
    });
    await feed.stop();
    const { length } = await database.query('select from replica');
    expect(length).toBe(0);
  });

  it('goes on where it was when its past is purged, and so does one that starts then', async () => {
    const audienceId = await insertAudience(database);
    const store = new MembershipStore(database);
    const enter = (memberKey: string) =>
      store.write([{ audienceId, memberKey, isMember: true, eventAt: AT }]);
    const running = makeFeed();
    running.start();
    await enter('ada');
    await eventually(() => expect(running.index?.has(audienceId, 'ada')).toBe(true));
    const before = running.position;
    await database.query('delete from membership_change');
    const started = makeFeed();
    started.start();
    await eventually(() => expect(started.index?.has(audienceId, 'ada')).toBe(true));
    expect(started.position).toBe(0);
    await enter('bob');
    for (const feed of [running, started]) {
      await eventually(() => expect(feed.index?.has(audienceId, 'bob')).toBe(true));
      expect(feed.position).toBeGreaterThan(before);
    }
    await Promise.all([running.stop(), started.stop()]);
  });

  it('tells its listeners after the index shows the change, each change once', async () => {
    const audienceId = await insertAudience(database);
    const store = new MembershipStore(database);
    const feed = makeFeed();
    const seen: Array<readonly [string | undefined, boolean | undefined]> = [];
    feed.listen({
      replaced: () => {},
      loaded: () => {},
      changed: (changes) => {
        for (const { memberKeys } of changes) {
          const [key = ''] = memberKeys;
          seen.push([key, feed.index?.has(audienceId, key)]);
        }
      },
    });
    feed.start();
    await eventually(() => expect(feed.index).toBeDefined());
    for (const memberKey of ['ada', 'bob']) {
      await store.write([{ audienceId, memberKey, isMember: true, eventAt: AT }]);
    }
    await eventually(() => expect(seen).toHaveLength(2));
    expect(seen).toEqual([
      ['ada', true],
      ['bob', true],
    ]);
    await feed.stop();
  });

  it('ends while it still loads, and leaves no replica behind', async () => {
    const feed = makeFeed();
    let stopping: Promise<void> = Promise.resolve();
    await database.transaction(async (manager) => {
      await manager.query('lock table membership in access exclusive mode');
      feed.start();
      await waitingForLocks(database, 1);
      stopping = feed.stop();
    });
    await stopping;
    expect(feed.index).toBeUndefined();
    expect(await database.query('select from replica')).toEqual([]);
  });
});

function raise(error: unknown): never {
  throw error;
}
