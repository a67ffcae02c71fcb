import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { Gate } from '../../test/support/gate.js';
import { holdNumbering, waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { isConflict } from '../database/sql-state.js';
import { MemberEraser } from './member-eraser.js';
import { MemberImport } from './member-import.js';
import { MembershipStore } from './membership-store.js';

const HOUR_US = 3_600_000_000;
const nowUs = () => Date.now() * 1_000;

describe('members that are staged', () => {
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

  const event = (memberKey: string, eventAt: number) =>
    store.write([{ audienceId, memberKey, isMember: true, eventAt }]);
  /** Begins a replacement; resolves with its set once it may be staged. */
  const begin = async (body: Readable, by = database) => {
    const ended = new MemberImport(by, new MembershipStore(by))
      .run({ audienceId, mode: 'replace', format: 'ndjson', strict: false }, body)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    const importId = await eventually(async () => {
      const [row] = await database.query<{ id: string }>(
        'select id from member_import where audience_id = $1',
        [audienceId],
      );
      if (row === undefined) throw new Error('it has not begun yet');
      return Number(row.id);
    });
    return { importId, ended };
  };
  /** Locks one row on a connection of its own. @returns what gives it back. */
  const holdRow = async (memberSet: number, memberKey: string) => {
    const client = await database.dedicatedClient();
    onTestFinished(() => client.end());
    await client.query('begin');
    const { rowCount } = await client.query(
      'select from membership where member_set = $1 and member_key = $2 for update',
      [memberSet, memberKey],
    );
    expect(rowCount).toBe(1);
    return async () => void (await client.query('rollback'));
  };
  /** Rows in sets that neither an audience nor an import names. */
  const strays = () =>
    database.query<object>(
      `select member_set, member_key from membership m
       where not exists (select from audience a where m.member_set in (a.member_set, a.incoming_set))
         and not exists (select from member_import i where m.member_set in (i.id, i.old_set))`,
    );

  it('are not those who are erased while newer events are taken over', async () => {
    const body = new Readable({ read() {} });
    const { importId, ended } = await begin(body);
    await event('aaa', nowUs() + HOUR_US / 4);
    await event('zoe', nowUs() + HOUR_US / 4);
    const release = await holdRow(importId, 'aaa');
    body.push('"bob"\n');
    body.push(null);
    // It has read zoe, and is yet to write her.
    await waitingForLocks(database, 1);
    await new MemberEraser(database).erase(
      ['dest'],
      [{ memberKey: 'zoe', erasedAt: nowUs() + HOUR_US / 2 }],
    );
    await release();
    expect(await ended).toBeUndefined();
    expect(await readMembers(database, audienceId)).toEqual(new Set(['aaa', 'bob']));
    expect(await database.query(`select from membership where member_key = 'zoe'`)).toEqual([]);
  });

  it('are not those whose erasure has begun, but has not come to their rows yet', async () => {
    await event('ada', nowUs() + HOUR_US / 4);
    await event('eve', nowUs() + HOUR_US / 4);
    await database.query(
      `insert into erased_member (destination, key_sha256, erased_at)
       values ('dest', sha256('eve'), now() + interval '1 hour'),
              ('dest', sha256('listed'), now() + interval '1 hour')`,
    );
    await database.query('update instance set erasures = erasures + 1');
    const { ended } = await begin(Readable.from(['"bob"\n"listed"\n']));
    expect(await ended).toBeUndefined();
    expect(await readMembers(database, audienceId)).toEqual(new Set(['ada', 'bob']));
  });

  it('take newer events over stretch by stretch, however many there are', async () => {
    await database.query(
      `insert into membership (member_set, member_key, is_member, event_at, changed_at)
       select $1, 'user_' || g, g % 3 = 0, now() + interval '1 hour' * (g % 2), now()
       from generate_series(1, 45000) g`,
      [audienceId],
    );
    const { ended } = await begin(Readable.from(['"user_9"\n"user_4"\n"user_5"\n']));
    expect(await ended).toBeUndefined();
    const expected = Array.from({ length: 45_000 }, (_, n) => n + 1).filter(
      (n) => n === 4 || (n % 2 === 1 && n % 3 === 0),
    );
    const members = await readMembers(database, audienceId);
    expect(members.size).toBe(expected.length);
    expect(expected.filter((n) => !members.has(`user_${n}`))).toEqual([]);
  });

  it('are all gone after their import was given up, also where a statement was still under way', async () => {
    const gate = await Gate.before(testDb.url);
    const spoilt = testDatabase(gate.url);
    await spoilt.connect();
    onTestFinished(async () => {
      await spoilt.close();
      await gate.shut();
    });
    const body = new Readable({ read() {} });
    const { importId, ended } = await begin(body, spoilt);
    const giveBack = await holdNumbering(database);
    body.push('"ada"\n"bob"\n');
    body.push(null);
    await waitingForLocks(database, 1);
    gate.reset();
    // PostgreSQL goes on with the statement; whoever gives the import up waits for it.
    await waitingForLocks(database, 2);
    await giveBack();
    expect(await ended).toBeInstanceOf(Error);
    expect(await strays()).toEqual([]);
    expect(await database.query('select from member_import where id = $1', [importId])).toEqual([]);
    expect(
      await database.query('select from membership where member_set = $1', [importId]),
    ).toEqual([]);
  });

  it('are not joined by an event that began before their import was given up', async () => {
    await event('held', nowUs() - HOUR_US);
    const body = new Readable({ read() {} });
    const { ended } = await begin(body);
    const release = await holdRow(audienceId, 'held');
    const flushed = store.write(
      ['held', 'new'].map((memberKey) => ({
        audienceId,
        memberKey,
        isMember: false,
        eventAt: nowUs() + HOUR_US / 4,
      })),
    );
    flushed.catch(() => {});
    await waitingForLocks(database, 1);
    body.destroy(new Error('cut off'));
    expect(await ended).toMatchObject({ message: 'cut off' });
    await release();
    await expect(flushed).rejects.toSatisfy(isConflict);
    expect(await strays()).toEqual([]);
  });
});
