import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { holdNumbering, isNumberingFree, waitingForLocks } from '../../test/support/locks.js';
import {
  createTestDatabase,
  startInstalledPostgres,
  type TestDatabase,
} from '../../test/support/postgres.js';
import { eventually } from '../../test/support/eventually.js';
import { testDatabase } from '../../test/support/template.js';
import type { TestServer } from '../../test/support/test-server.js';
import type { Database } from '../database/database.js';
import { MemberImport } from './member-import.js';
import { MembershipStore, type MembershipEvent } from './membership-store.js';

const AT = 1_700_000_000_000_000;
/** Key of an advisory lock. */
const GATE = 4_242;

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

  describe('of a first sync, guessed to be all new', () => {
    const MANY = 150;
    const newcomers = (over: Partial<MembershipEvent> = {}): MembershipEvent[] =>
      Array.from({ length: MANY }, (_, n) => event(`user_${n}`, over));
    const keys = new Set(newcomers().map(({ memberKey }) => memberKey));
    const withOutcome = (at: number, outcome: string) =>
      Array.from({ length: MANY }, (_, n) => (n === at ? outcome : 'added'));

    it('stores all, with one change row an audience', async () => {
      const other = await insertAudience(database);
      const written = await store.write([
        ...newcomers(),
        ...newcomers({ audienceId: other, eventAt: AT + 7 }),
      ]);
      expect(new Set(written)).toEqual(new Set(['added']));
      expect(await readMembers(database, audienceId)).toEqual(keys);
      expect(await readMembers(database, other)).toEqual(keys);
      const rows = await database.query(
        `select audience_id, cardinality(member_keys) as members,
                (extract(epoch from any_time) * 1000000)::bigint as event_at
         from membership_change, lateral (select distinct unnest(event_ats) as any_time) t
         where audience_id = any ($1) and true = all (is_members) order by audience_id`,
        [[audienceId, other]],
      );
      expect(rows).toEqual([
        { audience_id: String(audienceId), members: MANY, event_at: String(AT) },
        { audience_id: String(other), members: MANY, event_at: String(AT + 7) },
      ]);
      expect(new Set(await store.write(newcomers()))).toEqual(new Set(['unchanged']));
    });

    it('writes the others where one is a member already, and tells only of them', async () => {
      await store.write([event('user_70')]);
      expect(await store.write(newcomers())).toEqual(withOutcome(70, 'unchanged'));
      const [, row, ...more] = await changes();
      expect(more).toEqual([]);
      expect(new Set(row?.member_keys)).toEqual(
        new Set([...keys].filter((key) => key !== 'user_70')),
      );
    });

    it('brings nobody back who left, was erased or is behind the purge horizon', async () => {
      await store.write([event('user_3', { isMember: false, eventAt: AT + 1 })]);
      expect(await store.write(newcomers())).toEqual(withOutcome(3, 'stale'));

      const erasing = await insertAudience(database, { destination: 'erasing' });
      await database.query(
        `with counted as (update instance set erasures = erasures + 1)
         insert into erased_member (destination, key_sha256, erased_at)
         values ('erasing', sha256('user_5'), timestamptz 'epoch' + $1::bigint * interval '1 microsecond')`,
        [AT],
      );
      const ofErased = newcomers({ audienceId: erasing });
      expect(await store.write(ofErased)).toEqual(withOutcome(5, 'stale'));

      const purged = await insertAudience(database);
      await database.query(
        `update audience set purged_before = timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
         where id = $1`,
        [purged, AT],
      );
      const ofPurged = newcomers({ audienceId: purged }).with(
        9,
        event('user_9', { audienceId: purged, eventAt: AT - 1 }),
      );
      expect(await store.write(ofPurged)).toEqual(withOutcome(9, 'stale'));
    });

    it('says which are of an audience that is gone', async () => {
      const events = newcomers().with(0, event('user_0', { audienceId: 1 }));
      expect(await store.write(events)).toEqual(withOutcome(0, 'gone'));
    });

    it('writes a member once where two guess at the same moment, in opposite orders', async () => {
      const release = await holdNumbering(database);
      const first = store.write(newcomers());
      await waitingForLocks(database, 1);
      const second = new MembershipStore(database).write(newcomers().toReversed());
      await waitingForLocks(database, 2);
      await release();
      expect(new Set(await first)).toEqual(new Set(['added']));
      expect(new Set(await second)).toEqual(new Set(['unchanged']));
      expect(await changes()).toHaveLength(1);
    });

    it('starts again where an import gives the audience another set before it looks', async () => {
      const at = Date.now() * 1_000 + 60_000_000;
      await database.query(
        'alter function insert_new_members(bigint[], text[], bigint[], bigint) rename to insert_at_once',
      );
      await database.query(`
        create function insert_new_members(bigint[], text[], bigint[], bigint) returns boolean
        language plpgsql volatile as $$
        begin
          perform pg_advisory_xact_lock_shared(${GATE});
          return insert_at_once($1, $2, $3, $4);
        end $$`);
      const gate = await database.dedicatedClient();
      try {
        await gate.query('select pg_advisory_lock($1)', [GATE]);
        const body = new PassThrough();
        const importing = new MemberImport(database, store).run(
          { audienceId, mode: 'replace', format: 'ndjson', strict: true },
          body,
        );
        await eventually(async () => {
          const [{ incoming_set: set } = { incoming_set: null }] = await database.query<{
            incoming_set: string | null;
          }>('select incoming_set from audience where id = $1', [audienceId]);
          expect(set).not.toBeNull();
        });
        const writing = store.write(newcomers({ eventAt: at })).catch((error: unknown) => error);
        await waitingForLocks(database, 1);
        body.end('"imported"\n');
        await importing;
        await gate.query('select pg_advisory_unlock($1)', [GATE]);
        expect(await writing).toMatchObject({ code: '40001' });
      } finally {
        await gate.end();
        await database.query(
          'drop function insert_new_members(bigint[], text[], bigint[], bigint)',
        );
        await database.query(
          'alter function insert_at_once(bigint[], text[], bigint[], bigint) rename to insert_new_members',
        );
      }
      expect(new Set(await store.write(newcomers({ eventAt: at })))).toEqual(new Set(['added']));
      expect(await readMembers(database, audienceId)).toEqual(new Set([...keys, 'imported']));
    });

    it('keeps out who is erased between its look and its end', async () => {
      const release = await holdNumbering(database);
      const ending = store.write(newcomers()).catch((error: unknown) => error);
      await waitingForLocks(database, 1);
      await database.query('update instance set erasures = erasures + 1');
      await release();
      expect(await ending).toMatchObject({ code: '40001' });
      expect(await readMembers(database, audienceId)).toEqual(new Set());
    });
  });

  it('keeps an event of the year 2100 to the microsecond', async () => {
    const eventAt = 4_102_444_800_123_457;
    await store.write([event('ada', { eventAt })]);
    expect(await store.write([event('ada', { eventAt })])).toEqual(['unchanged']);
    expect(await store.write([event('ada', { eventAt: eventAt - 1 })])).toEqual(['stale']);
  });
});
