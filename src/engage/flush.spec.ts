import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import { COUNT_ERASURE, LOCK_NUMBERING, REMEMBER_ERASURES } from '../audiences/erasure.sql.js';
import { MembershipStore, type MembershipEvent } from '../audiences/membership-store.js';
import { DatabaseUnavailableError, type Database } from '../database/database.js';
import { flush } from './flush.js';

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

  const event = (given: Partial<MembershipEvent> = {}): MembershipEvent => ({
    audienceId,
    memberKey: 'ada',
    isMember: true,
    eventAt: AT,
    ...given,
  });
  const write = async (events: ReadonlyArray<Partial<MembershipEvent>>) => {
    const { outcomes, error } = await flush(store, events.map(event), () => 0);
    expect(error).toBeUndefined();
    return outcomes;
  };

  it('writes the newest of each member, and tells of every event', async () => {
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

  it('tells those that lost to a row that was not stored nothing else than it', async () => {
    const gone = audienceId;
    audienceId = await insertAudience(database);
    await database.query('delete from audience where id = $1', [gone]);
    expect(
      await write([
        { audienceId: gone, eventAt: AT + 1 },
        { audienceId: gone, eventAt: AT + 2 },
        { audienceId: gone, eventAt: AT + 2 },
        { memberKey: 'bad\0', eventAt: AT + 1 },
        { memberKey: 'bad\0' },
        { eventAt: AT + 1 },
        {},
      ]),
    ).toEqual(['gone', 'gone', 'gone', 'refused', 'refused', 'added', 'stale']);
  });

  it.each([1, 2, 7, 64])('finds each bad row among %i, and stores the rest', async (count) => {
    const keys = Array.from({ length: count }, (_, n) => (n % 5 === 0 ? `bad\0${n}` : `good_${n}`));
    const outcomes = await write(keys.map((memberKey) => ({ memberKey })));
    expect(outcomes).toEqual(keys.map((key) => (key.startsWith('bad') ? 'refused' : 'added')));
    expect((await readMembers(database, audienceId)).size).toBe(
      keys.filter((key) => key.startsWith('good')).length,
    );
  });

  it('writes nothing when PostgreSQL is away, and tells what it said', async () => {
    const away = new MembershipStore(testDatabase(testDb.url));
    const { outcomes, error } = await flush(away, [
      event(),
      event({ eventAt: AT + 1 }),
      event({ memberKey: 'bob' }),
    ]);
    expect(outcomes).toEqual([undefined, undefined, undefined]);
    expect(error).toMatchObject({ code: 'database_unavailable' });
  });

  it('tells what was written before it failed', async () => {
    let writes = 0;
    const failing = new (class extends MembershipStore {
      override write(events: readonly MembershipEvent[]) {
        writes += 1;
        if (writes === 3) throw new DatabaseUnavailableError('gone');
        return super.write(events);
      }
    })(database);
    const keys = ['ada', 'bob', 'cy', 'd\0'];
    const { outcomes, error } = await flush(
      failing,
      keys.map((memberKey) => event({ memberKey })),
    );
    expect(outcomes).toEqual(['added', 'added', undefined, undefined]);
    expect(error).toBeInstanceOf(DatabaseUnavailableError);
  });
});
