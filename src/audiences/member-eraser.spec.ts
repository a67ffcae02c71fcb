import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { holdNumbering, waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { isConflict } from '../database/sql-state.js';
import { COUNT_ERASURE, LOCK_ERASING, LOCK_NUMBERING, REMEMBER_ERASURES } from './erasure.sql.js';
import { HistoryErasure } from './history-erasure.js';
import { MemberEraser } from './member-eraser.js';
import { MembershipStore } from './membership-store.js';

const AT = 1_700_000_000_000_000;

describe('erasing a member', () => {
  let testDb: TestDatabase;
  let database: Database;
  let store: MembershipStore;
  let eraser: MemberEraser;
  let historyErasure: HistoryErasure;
  /** Of the test's own: what one erases is erased for all that follow. */
  let destination = '';
  let audienceId: number;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    store = new MembershipStore(database);
    eraser = new MemberEraser(database);
    historyErasure = new HistoryErasure(database, { onError: () => {} });
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  beforeEach(async () => {
    destination = randomUUID();
    audienceId = await insertAudience(database, { destination });
  });

  const write = async (memberKey: string, isMember: boolean, at: number) =>
    (await store.write([{ audienceId, memberKey, isMember, eventAt: AT + at }]))[0];
  const erase = (memberKey: string, at: number, from = destination) =>
    eraser.erase([from], [{ memberKey, erasedAt: AT + at }]);
  const position = async () => {
    const [row] = await database.query<{ position: string }>(
      'select coalesce(max(id), 0) as position from membership_change',
    );
    return Number(row?.position);
  };
  /** What a replica that has read up to `after` knows once it has read the rest. */
  const tail = async (members: readonly string[], after: number) => {
    const rows = await database.query<{ member_keys: string[]; is_members: boolean[] }>(
      `select member_keys, is_members from membership_change
       where audience_id = $1 and id > $2 order by id`,
      [audienceId, after],
    );
    const known = new Set(members);
    for (const { member_keys, is_members } of rows) {
      for (const [index, key] of member_keys.entries()) {
        if (is_members[index] === true) known.add(key);
        else known.delete(key);
      }
    }
    return [...known];
  };

  it('takes the key out of memberships and history, and tells the replicas', async () => {
    await write('ada', true, 1);
    await write('bob', true, 1);
    const before = await position();
    await erase('ada', 5);
    expect(await readMembers(database, audienceId)).toEqual(new Set(['bob']));
    await historyErasure.run();
    const history = await database.query<{ member_keys: string[] }>(
      'select member_keys from membership_change where audience_id = $1 and not erases',
      [audienceId],
    );
    expect(history.flatMap((row) => row.member_keys)).toEqual(['bob']);
    expect(await tail(['ada', 'bob'], before)).toEqual(['bob']);
  });

  it('leaves no way back for what is older, and lets a newer event in', async () => {
    await erase('eve', 5);
    expect(await write('eve', true, 5)).toBe('stale');
    expect(await write('eve', true, 6)).toBe('added');
  });

  it('stays within its destinations', async () => {
    await write('ada', true, 1);
    await erase('ada', 5, 'another');
    expect(await readMembers(database, audienceId)).toEqual(new Set(['ada']));
  });

  it('tells a replica that had not read the leave before it was scrubbed', async () => {
    await write('ada', true, 1);
    const read = await position();
    await write('ada', false, 2);
    await erase('ada', 5);
    await historyErasure.run();
    expect(await tail(['ada'], read)).toEqual([]);
  });

  it('tells a replica that had not read the enter of a member who came back', async () => {
    const read = await position();
    await write('ada', true, 1);
    // Nothing changed, so no change row; but newer than the erasure.
    await write('ada', true, 9);
    await erase('ada', 5);
    await historyErasure.run();
    expect(await readMembers(database, audienceId)).toEqual(new Set(['ada']));
    expect(await tail([], read)).toEqual(['ada']);
  });

  it('may be repeated before a replica has read the first time', async () => {
    await write('ada', true, 1);
    const read = await position();
    await erase('ada', 5);
    await historyErasure.run();
    await erase('ada', 7);
    await historyErasure.run();
    expect(await tail(['ada'], read)).toEqual([]);
  });

  it('deletes what a flush commits while it waits for the numbering lock', async () => {
    const release = await holdNumbering(database);
    const flush = write('ada', true, 1);
    await waitingForLocks(database, 1);
    const erasure = erase('ada', 5);
    await waitingForLocks(database, 2);
    await release();
    expect(await flush).toBe('added');
    await erasure;
    expect(await readMembers(database, audienceId)).toEqual(new Set());
    expect(await tail(['ada'], await position())).toEqual(['ada']);
    expect(await tail(['ada'], 0)).toEqual([]);
  });

  it('makes a flush start again that began before it and comes after it', async () => {
    let flush: Promise<unknown> = Promise.resolve();
    await database.transaction(async (manager) => {
      await manager.query(REMEMBER_ERASURES, [[destination], ['zoe'], [AT + 5]]);
      await manager.query(COUNT_ERASURE);
      await manager.query(LOCK_NUMBERING);
      flush = write('zoe', true, 1).catch((error: unknown) => error);
      await waitingForLocks(database, 1);
    });
    expect(isConflict(await flush)).toBe(true);
    expect(await write('zoe', true, 1)).toBe('stale');
    expect(await readMembers(database, audienceId)).toEqual(new Set());
  });

  it('lets a flush that lost to it write while no other begins', async () => {
    const flooding = new AbortController();
    const flood = async (): Promise<void> => {
      while (!flooding.signal.aborted) {
        await database.transaction(async (manager) => {
          await manager.query(LOCK_ERASING);
          await manager.query(COUNT_ERASURE);
        });
      }
    };
    const floods = [flood(), flood()];
    const one = { audienceId, memberKey: 'ada', isMember: true, eventAt: AT + 1 };
    expect(await store.writeUndisturbed([one])).toEqual(['added']);
    flooding.abort();
    await Promise.all(floods);
  });

  it('of 4,000 keys in 500 audiences, none of which is known, holds nobody up', async () => {
    await database.query(
      `insert into audience (id, destination, computation_id, context_kind, key, slug, name, attribute)
       select $2::bigint + n, $1, 'aud_' || n, 'user', 'k', $1 || n, 'k', 'Identifier'
       from generate_series(1, 500) n`,
      [destination, audienceId * 1_000],
    );
    await write('stays', true, 1);
    const erasures = Array.from({ length: 4_000 }, (_, n) => ({
      memberKey: `unknown_${n}`,
      erasedAt: AT + 5,
    }));
    const erasing = eraser.erase([destination], erasures);
    expect(await write('meanwhile', true, 1)).toBe('added');
    await erasing;
    expect(await write('unknown_7', true, 5)).toBe('stale');
    expect(await readMembers(database, audienceId)).toEqual(new Set(['stays', 'meanwhile']));
  });

  it('costs no other request anything where a key can not be kept', async () => {
    await write('ada', true, 1);
    const answers = await Promise.allSettled([erase('ada', 5), erase('a\0b', 5), erase('eve', 5)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await readMembers(database, audienceId)).toEqual(new Set());
  });

  it('races flushes and other erasures without a deadlock', async () => {
    const other = await insertAudience(database, { destination });
    const keys = Array.from({ length: 20 }, (_, n) => `user_${n}`);
    const rows = (at: number) =>
      [audienceId, other].flatMap((id) =>
        keys.map((memberKey) => ({ audienceId: id, memberKey, isMember: true, eventAt: AT + at })),
      );
    await store.write(rows(1));
    const erasures = keys.map((memberKey) => ({ memberKey, erasedAt: AT + 50 }));
    const work = Array.from({ length: 6 }, async (_, n) => {
      if (n % 2 === 0)
        await eraser.erase([destination], n === 0 ? erasures : erasures.toReversed());
      else await store.write(rows(2 + n)).catch(ignoreConflict);
    });
    await Promise.all(work);
    expect(await readMembers(database, audienceId)).toEqual(new Set());
    expect(await tail([], 0)).toEqual([]);
  });
});

/** A flush that met an erasure is repeated by whoever sent it. */
function ignoreConflict(error: unknown): void {
  if (!isConflict(error)) throw error;
}
