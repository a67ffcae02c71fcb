import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import { COUNT_ERASURE, LOCK_NUMBERING, REMEMBER_ERASURES } from '../audiences/erasure.sql.js';
import { MembershipStore, type MembershipEvent } from '../audiences/membership-store.js';
import type { Database } from '../database/database.js';
import { flush, type FlushOutcome } from './flush.js';

const AT = 1_700_000_000_000_000;

describe('a flush', () => {
  let testDb: TestDatabase;
  let database: Database;
  let store: MembershipStore;
  let audienceId: number;

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
  });

  const write = async (events: ReadonlyArray<Partial<MembershipEvent>>) => {
    const outcomes: Array<FlushOutcome | undefined> = events.map(() => undefined);
    const pending = events.map((event, index) => ({
      audienceId,
      memberKey: 'ada',
      isMember: true,
      eventAt: AT,
      ...event,
      settle: (outcome: FlushOutcome) => {
        expect(outcomes[index]).toBeUndefined();
        outcomes[index] = outcome;
      },
    }));
    await flush(store, pending, () => 0);
    return outcomes;
  };

  it('writes the newest of each member, and settles every event once', async () => {
    expect(
      await write([
        { eventAt: AT + 1 },
        { eventAt: AT + 2 },
        { eventAt: AT + 2 },
        { eventAt: AT + 2, memberKey: 'bob' },
        { eventAt: AT + 2, memberKey: 'bob', isMember: false },
      ]),
    ).toEqual(['stale', 'added', 'unchanged', 'stale', 'unchanged']);
  });

  it('starts again by itself when a member was erased meanwhile', async () => {
    let flushing: Promise<unknown> = Promise.resolve();
    await database.transaction(async (manager) => {
      await manager.query(REMEMBER_ERASURES, [['dest'], ['zoe'], [AT + 5]]);
      await manager.query(COUNT_ERASURE);
      await manager.query(LOCK_NUMBERING);
      flushing = write([{ memberKey: 'zoe' }, { memberKey: 'yan' }]);
      await waitingForLocks(database, 1);
    });
    expect(await flushing).toEqual(['stale', 'added']);
    expect(await readMembers(database, audienceId)).toEqual(new Set(['yan']));
  });

  it.each([1, 2, 7, 64])('finds each bad row among %i, and stores the rest', async (count) => {
    const keys = Array.from({ length: count }, (_, n) => (n % 5 === 0 ? `bad\0${n}` : `good_${n}`));
    const outcomes = await write(keys.map((memberKey) => ({ memberKey })));
    expect(outcomes).toEqual(keys.map((key) => (key.startsWith('bad') ? 'refused' : 'added')));
    expect((await readMembers(database, audienceId)).size).toBe(
      keys.filter((key) => key.startsWith('good')).length,
    );
  });

  it('settles nothing when PostgreSQL is away, and rejects with what it said', async () => {
    const outcomes: FlushOutcome[] = [];
    const away = new MembershipStore(testDatabase(testDb.url));
    const event = { audienceId, memberKey: 'ada', isMember: true, eventAt: AT };
    const pending = [{ ...event, settle: (outcome: FlushOutcome) => outcomes.push(outcome) }];
    await expect(flush(away, pending)).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(outcomes).toEqual([]);
  });
});
