import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { holdNumbering, isNumberingFree, waitingForLocks } from '../../test/support/locks.js';
import {
  createTestDatabase,
  startInstalledPostgres,
  type TestDatabase,
} from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { TestServer } from '../../test/support/test-server.js';
import type { Database } from '../database/database.js';
import { MembershipStore, type MembershipEvent } from './membership-store.js';

const AT = 1_700_000_000_000_000;

describe.each([18, 15])('writing memberships to PostgreSQL %i', (major) => {
  let server: TestServer | undefined;
  let testDb: TestDatabase | undefined;
  let database: Database;
  let store: MembershipStore;
  let audienceId: number;

  beforeAll(async () => {
    server = major === 18 ? undefined : await startInstalledPostgres(major);
    testDb =
      major === 18 ? await createTestDatabase() : server && (await createTestDatabase(server.url));
    if (testDb === undefined) return;
    database = testDatabase(testDb.url);
    await database.connect();
    store = new MembershipStore(database);
  });
  afterAll(async () => {
    await database?.close();
    await testDb?.drop();
    await server?.stop();
  });
  beforeEach(async ({ skip }) => {
    if (testDb === undefined) skip(`PostgreSQL ${major} is not installed here`);
    audienceId = await insertAudience(database);
  });

  const event = (memberKey: string, over: Partial<MembershipEvent> = {}): MembershipEvent => ({
    audienceId,
    memberKey,
    isMember: true,
    eventAt: AT,
    ...over,
  });
  const changes = () =>
    database.query<{ member_keys: string[]; is_members: boolean[] }>(
      'select member_keys, is_members from membership_change where audience_id = $1 order by id',
      [audienceId],
    );

  it('takes the numbering lock only when all its rows are written', async () => {
    await store.write([event('zoe')]);
    let writing: Promise<unknown> = Promise.resolve();
    await database.transaction(async (manager) => {
      await manager.query(
        `update membership set event_at = event_at where member_set = $1 and member_key = 'zoe'`,
        [audienceId],
      );
      writing = store.write([
        event('ada'),
        event('zoe', { isMember: false, eventAt: AT + 1 }),
        event('bob'),
      ]);
      // 'zoe' is the last to be written, and another transaction has her.
      await waitingForLocks(database, 1);
      expect(await isNumberingFree(database)).toBe(true);
    });
    expect(await writing).toEqual(['added', 'removed', 'added']);
  });

  it('numbers under the lock: nothing is numbered while another transaction has it', async () => {
    const release = await holdNumbering(database);
    const [before] = await database.query('select last_value from membership_change_number');
    const writing = store.write([event('ada')]);
    await waitingForLocks(database, 1);
    expect(await database.query('select last_value from membership_change_number')).toEqual([
      before,
    ]);
    await release();
    expect(await writing).toEqual(['added']);
  });

  it('does not wait for the lock when no membership changes', async () => {
    await store.write([event('ada')]);
    const release = await holdNumbering(database);
    try {
      expect(await store.write([event('ada', { eventAt: AT + 1 })])).toEqual(['unchanged']);
    } finally {
      await release();
    }
    expect(await changes()).toHaveLength(1);
  });

  it('lets no late event win between two that say the same', async () => {
    await store.write([event('ada', { eventAt: AT + 1 })]);
    await store.write([event('ada', { eventAt: AT + 9 })]);
    expect(await store.write([event('ada', { isMember: false, eventAt: AT + 5 })])).toEqual([
      'stale',
    ]);
  });

  it('writes one change row a flush and audience, with all its members', async () => {
    const other = await insertAudience(database);
    await store.write([event('ada'), event('bob'), event('cy', { audienceId: other })]);
    const [row, ...more] = await changes();
    expect(more).toEqual([]);
    expect(row?.member_keys.toSorted()).toEqual(['ada', 'bob']);
    expect(row?.is_members).toEqual([true, true]);
  });

  it('writes no change for the leave of someone never seen, and keeps it as a tombstone', async () => {
    expect(await store.write([event('ada', { isMember: false })])).toEqual(['unchanged']);
    expect(await changes()).toEqual([]);
    expect(await store.write([event('ada')])).toEqual(['stale']);
    expect(await store.write([event('ada', { eventAt: AT + 1 })])).toEqual(['added']);
  });

  it('takes what is older than the purge horizon of its audience for stale', async () => {
    await database.query(
      `update audience set purged_before = timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
       where id = $1`,
      [audienceId, AT],
    );
    expect(await store.write([event('ada', { eventAt: AT - 1 }), event('bob')])).toEqual([
      'stale',
      'added',
    ]);
    expect(await readMembers(database, audienceId)).toEqual(new Set(['bob']));
  });

  it('stores nothing for an audience that is gone, and says so', async () => {
    expect(await store.write([event('ada', { audienceId: 1 }), event('bob')])).toEqual([
      'gone',
      'added',
    ]);
    expect(await database.query('select from membership where member_set = 1')).toEqual([]);
  });

  it('writes the members of two flushes in opposite orders without a deadlock', async () => {
    const keys = Array.from({ length: 50 }, (_, n) => `user_${n}`);
    const rounds = Array.from({ length: 10 }, (_, round) => {
      const events = keys.map((key) =>
        event(key, { eventAt: AT + round, isMember: round % 2 > 0 }),
      );
      return store.write(round % 2 > 0 ? events : events.toReversed());
    });
    await Promise.all(rounds);
    expect(await readMembers(database, audienceId)).toEqual(new Set(keys));
  });

  it('keeps an event of the year 2100 to the microsecond', async () => {
    const eventAt = 4_102_444_800_123_457;
    await store.write([event('ada', { eventAt })]);
    expect(await store.write([event('ada', { eventAt })])).toEqual(['unchanged']);
    expect(await store.write([event('ada', { eventAt: eventAt - 1 })])).toEqual(['stale']);
  });
});
