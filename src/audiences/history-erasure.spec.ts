import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { HistoryErasure } from './history-erasure.js';
import { MemberEraser } from './member-eraser.js';
import { MembershipStore } from './membership-store.js';

const AT = 1_700_000_000_000_000;

describe('the history of changes', () => {
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

  const history = async (audienceId: number) => {
    const rows = await database.query<{ member_keys: string[] }>(
      'select member_keys from membership_change where audience_id = $1 and not erases order by id',
      [audienceId],
    );
    return rows.flatMap((row) => row.member_keys);
  };
  const waiting = () => database.query<object>('select from history_erasure');

  it.each([1, 12])('forgets %i members in the background, and nobody else', async (count) => {
    const destination = `of_${count}`;
    const audienceId = await insertAudience(database, { destination });
    const other = await insertAudience(database);
    const store = new MembershipStore(database);
    const keys = Array.from({ length: count }, (_, n) => `user_${n}`);
    for (const memberKey of [...keys, 'kept']) {
      const event = { memberKey, isMember: true, eventAt: AT };
      await store.write([{ audienceId, ...event }]);
      await store.write([{ audienceId: other, ...event }]);
    }
    // One of them came back: what is newer stays.
    await store.write([{ audienceId, memberKey: 'user_0', isMember: false, eventAt: AT + 1 }]);
    await store.write([{ audienceId, memberKey: 'user_0', isMember: true, eventAt: AT + 9 }]);
    const erasure = new HistoryErasure(database, {
      onError: (error) => {
        throw error;
      },
    });
    erasure.start();
    const eraser = new MemberEraser(database, () => erasure.wake());
    await eraser.erase(
      [destination],
      keys.map((memberKey) => ({ memberKey, erasedAt: AT + 5 })),
    );
    await eventually(async () => expect(await waiting()).toEqual([]));
    expect(await history(audienceId)).toEqual(['kept', 'user_0']);
    expect(await history(other)).toEqual([...keys, 'kept']);
    await erasure.stop();
  });

  it('is gone through again by somebody else when whoever was at it is not heard of', async () => {
    const audienceId = await insertAudience(database, { destination: 'left' });
    const store = new MembershipStore(database);
    await store.write([{ audienceId, memberKey: 'ada', isMember: true, eventAt: AT }]);
    await new MemberEraser(database).erase(['left'], [{ memberKey: 'ada', erasedAt: AT }]);
    const leased = `update history_erasure set leased_until = now() + $1::interval`;
    const erasure = new HistoryErasure(database, { onError: () => {} });
    await database.query(leased, ['1 minute']);
    await erasure.run();
    expect(await history(audienceId)).toEqual(['ada']);
    await database.query(leased, ['-1 second']);
    await erasure.run();
    expect(await history(audienceId)).toEqual([]);
  });

  it('goes on forgetting whoever was erased again at a later time meanwhile', async () => {
    const eraser = new MemberEraser(database);
    await eraser.erase(['again'], [{ memberKey: 'ada', erasedAt: AT }]);
    await eraser.erase(['again'], [{ memberKey: 'ada', erasedAt: AT + 7 }]);
    expect(await waiting()).toHaveLength(1);
    await new HistoryErasure(database, { onError: () => {} }).run();
    expect(await waiting()).toEqual([]);
  });
});
