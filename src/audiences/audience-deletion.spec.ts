import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { quietFeed, startFeed } from '../../test/support/feed.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { repeatOnConflict } from '../database/repeat-on-conflict.js';
import { AudienceDeletion } from './audience-deletion.js';
import type { Feed } from './feed.js';
import { ImportHousekeeping } from './import-housekeeping.js';
import { HistoryErasure } from './history-erasure.js';
import { MemberEraser } from './member-eraser.js';
import { MemberImport } from './member-import.js';
import { MembershipStore } from './membership-store.js';

const nowUs = () => Date.now() * 1_000;
const KEYS = Array.from({ length: 12_000 }, (_, n) => `user_${n}`);

describe('deleting an audience', () => {
  let testDb: TestDatabase;
  let database: Database;
  let store: MembershipStore;
  let deletion: AudienceDeletion;
  let feed: Feed;
  let audienceId: number;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    store = new MembershipStore(database);
    deletion = new AudienceDeletion(database);
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  beforeEach(async () => {
    audienceId = await insertAudience(database);
    feed = quietFeed(database);
    await startFeed(feed);
  });
  afterEach(() => feed.stop());

  const enter = (id: number, ...keys: readonly string[]) =>
    store.write(
      keys.map((memberKey) => ({ audienceId: id, memberKey, isMember: true, eventAt: nowUs() })),
    );
  const replicaHas = (id: number, count: number) =>
    eventually(() => expect(feed.index?.count(id)).toBe(count));
  const left = async () => {
    const [row] = await database.query<Record<string, number>>(
      `select (select count(*)::int from audience where id = $1) as audiences,
              (select count(*)::int from membership) as memberships,
              (select count(*)::int from membership_change where audience_id = $1) as changes,
              (select count(*)::int from member_import) as remains`,
      [audienceId],
    );
    return row;
  };
  /** As the service does every ten seconds. */
  const tidied = () =>
    eventually(async () => {
      await new ImportHousekeeping(database).tidy();
      expect((await left())?.['remains']).toBe(0);
    });
  const importing = (mode: 'add' | 'replace', body: Readable) =>
    new MemberImport(database, store).run(
      { audienceId, mode, format: 'ndjson', strict: false },
      body,
    );

  it('takes it out of the index of every replica, and then all that was stored of it', async () => {
    await enter(audienceId, ...KEYS);
    await replicaHas(audienceId, 12_000);
    await deletion.run(audienceId);
    await replicaHas(audienceId, 0);
    await tidied();
    expect(await left()).toEqual({ audiences: 0, memberships: 0, changes: 0, remains: 0 });
    expect(feed.index?.held).toBe(0);
  });

  it('keeps the members until the last replica shows them no more', async () => {
    await enter(audienceId, 'ada');
    await database.query(
      `insert into replica values ('00000000-0000-4000-8000-000000000001', 0, now())`,
    );
    await deletion.run(audienceId);
    await replicaHas(audienceId, 0);
    await new ImportHousekeeping(database).tidy();
    expect(await left()).toMatchObject({ audiences: 0, memberships: 1, remains: 1 });
    await database.query(`delete from replica where feed_position = 0`);
    await tidied();
    expect(await left()).toMatchObject({ memberships: 0, remains: 0 });
  });

  it('is one process’s to tidy: another takes it only when that one died', async () => {
    await enter(audienceId, 'ada');
    await deletion.run(audienceId);
    await replicaHas(audienceId, 0);
    await database.query(`update member_import set state = 'emptying'`);
    await new ImportHousekeeping(database).tidy();
    expect(await left()).toMatchObject({ memberships: 1 });
    await new ImportHousekeeping(database, -1_000).tidy();
    expect(await left()).toMatchObject({ memberships: 0, remains: 0 });
  });

  it('lets no event of a flush in, whether it began before or after', async () => {
    // One that met the deletion is repeated, as by the queue of flushes.
    const racing = KEYS.slice(0, 20).map((key) => repeatOnConflict(() => enter(audienceId, key)));
    await Promise.all([...racing, deletion.run(audienceId)]);
    expect(await enter(audienceId, 'late')).toEqual(['gone']);
    await tidied();
    expect(await left()).toEqual({ audiences: 0, memberships: 0, changes: 0, remains: 0 });
  });

  it('erases members from what is left of it', async () => {
    await enter(audienceId, 'ada', 'bob');
    await database.query(
      `insert into replica values ('00000000-0000-4000-8000-000000000002', 0, now())`,
    );
    await deletion.run(audienceId);
    const eraser = new MemberEraser(database);
    expect(await eraser.destinations()).toEqual(['dest']);
    await eraser.erase(['dest'], [{ memberKey: 'ada', erasedAt: nowUs() + 1_000_000 }]);
    await new HistoryErasure(database, { onError: () => {} }).run();
    const [row] = await database.query<object>(
      `select (select array_agg(member_key) from membership) as members,
              (select array_agg(key) from membership_change, unnest(member_keys) as u (key)
               where audience_id = $1 and not erases) as changes`,
      [audienceId],
    );
    expect(row).toEqual({ members: ['bob'], changes: ['bob'] });
    await database.query(`delete from replica where feed_position = 0`);
    await tidied();
  });

  it('takes its aliases with it, and their members', async () => {
    const aliasId = await insertAudience(database);
    await enter(audienceId, 'ada');
    await enter(aliasId, 'imported once');
    await database.query('update audience set alias_of = $2, slug = null where id = $1', [
      aliasId,
      audienceId,
    ]);
    await expect(deletion.run(aliasId)).rejects.toMatchObject({ code: 'unknown_audience' });
    await deletion.run(audienceId);
    await replicaHas(aliasId, 0);
    await tidied();
    expect(await left()).toEqual({ audiences: 0, memberships: 0, changes: 0, remains: 0 });
  });

  it('is refused while a segment refers to it, and where there is none', async () => {
    await database.query(
      `insert into segment (product, name, definition, audience_id, created_by, updated_by)
       values ('shop', 'Power users', '{}', $1, 'Ada', 'Ada')`,
      [audienceId],
    );
    await expect(deletion.run(audienceId)).rejects.toMatchObject({
      code: 'in_use',
      message: expect.stringContaining(`'Power users' of 'shop'`),
    });
    await database.query('delete from segment');
    await deletion.run(audienceId);
    await expect(deletion.run(audienceId)).rejects.toMatchObject({ code: 'unknown_audience' });
    await tidied();
  });

  it.each(['add', 'replace'] as const)('ends an import that is under way (%s)', async (mode) => {
    const body = new Readable({ read() {} });
    const running = importing(mode, body);
    await eventually(async () => expect(await left()).toMatchObject({ remains: 1 }));
    body.push('"ada"\n');
    await deletion.run(audienceId);
    body.push('"bob"\n');
    body.push(null);
    await expect(running).rejects.toMatchObject({ code: 'unknown_audience' });
    await replicaHas(audienceId, 0);
    await tidied();
    expect(await left()).toEqual({ audiences: 0, memberships: 0, changes: 0, remains: 0 });
  });
});
