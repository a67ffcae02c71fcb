import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { quietFeed, startFeed } from '../../test/support/feed.js';
import { waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import type { Feed } from './feed.js';
import { MemberLists } from './member-lists.js';
import { MembershipStore } from './membership-store.js';

const AT = 1_700_000_000_000_000;

describe('lists of members', () => {
  let testDb: TestDatabase;
  let database: Database;
  let store: MembershipStore;
  let feed: Feed;
  let lists: MemberLists;
  let audienceId: number;
  let time = AT;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    store = new MembershipStore(database);
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  beforeEach(async () => {
    audienceId = await insertAudience(database);
    feed = quietFeed(database);
    lists = new MemberLists(database, feed);
    await startFeed(feed);
  });
  afterEach(async () => {
    await feed.stop();
  });

  const write = (memberKey: string, isMember: boolean, to = audienceId) =>
    store.write([{ audienceId: to, memberKey, isMember, eventAt: (time += 1) }]);
  const members = async () => [...(await lists.get(audienceId)).members].toSorted();

  it('are read when they are first asked for, and follow the feed then', async () => {
    await write('ada', true);
    await write('bob', true);
    await write('bob', false);
    const changed = vi.fn<(id: number) => void>();
    lists.onChange(changed);
    expect(await members()).toEqual(['ada']);
    const { version } = await lists.get(audienceId);
    await write('cy', true);
    await write('ada', false);
    await eventually(async () => expect(await members()).toEqual(['cy']));
    expect((await lists.get(audienceId)).version).toBeGreaterThan(version);
    expect(changed).toHaveBeenCalledWith(audienceId);
  });

  it('miss no change that comes while they are read', async () => {
    await write('ada', true);
    let reading: Promise<unknown> = Promise.resolve();
    await database.transaction(async (manager) => {
      // The reader has its snapshot of the feed, and waits for the members.
      await manager.query('lock table membership in access exclusive mode');
      reading = members();
      await waitingForLocks(database, 1);
      await manager.query(
        `insert into membership (member_set, member_key, is_member, event_at, changed_at)
         values ($1, 'bob', true, now(), now())`,
        [audienceId],
      );
      await manager.query(
        `insert into membership_change (id, audience_id, member_keys, is_members, event_ats)
         values (nextval('membership_change_number'), $1, '{bob}', '{true}', array[now()])`,
        [audienceId],
      );
    });
    await reading;
    await eventually(async () => expect(await members()).toEqual(['ada', 'bob']));
  });

  it('are given back when nobody needs them, and read anew when somebody does', async () => {
    const other = await insertAudience(database);
    await write('ada', true);
    await write('bob', true, other);
    const [one, two] = [{}, {}];
    lists.retain(one, new Set([audienceId]));
    lists.retain(two, new Set([audienceId, other]));
    const first = await lists.get(audienceId);
    const second = await lists.get(other);
    lists.retain(two, new Set());
    expect(await lists.get(audienceId)).toBe(first);
    expect(await lists.get(other)).not.toBe(second);
    expect([...(await lists.get(other)).members]).toEqual(['bob']);
  });

  it('that could not be read are read again, by all who asked', async () => {
    await write('ada', true);
    await database.query('alter table membership rename to elsewhere');
    const asked = await Promise.allSettled([lists.get(audienceId), lists.get(audienceId)]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await database.query('alter table elsewhere rename to membership');
    expect(await members()).toEqual(['ada']);
  });
});
