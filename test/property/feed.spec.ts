import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Feed, type FeedChange } from '../../src/audiences/feed.js';
import { WRITE_MEMBERSHIPS } from '../../src/audiences/membership.sql.js';
import type { Database } from '../../src/database/database.js';
import { Notifications } from '../../src/database/notifications.js';
import { insertAudience, readMembers } from '../support/audiences.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { randomOf } from '../support/random.js';
import { testDatabase } from '../support/template.js';

const WRITERS = 8;
const FLUSHES = 60;
const MEMBERS = 40;
const NEW_MEMBERS = 500;
const ROLLBACK_SHARE = 0.1;

class Rollback extends Error {}

describe('the feed', () => {
  let testDb: TestDatabase;
  let database: Database;
  let writing: Database;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    writing = testDatabase(testDb.url);
    await Promise.all([database.connect(), writing.connect()]);
  });
  afterAll(async () => {
    await Promise.all([database.close(), writing.close()]);
    await testDb.drop();
  });

  it('lets no replica ever miss a committed change: 8 writers on the same members, rollbacks, a reader that tails', async () => {
    const audiences = await Promise.all(Array.from({ length: 3 }, () => insertAudience(database)));
    const notifications = new Notifications(database, fail);
    const feed = new Feed(database, notifications, fail);
    const seen: FeedChange[] = [];
    feed.listen({
      replaced: () => {},
      changed: (changes) => void seen.push(...changes),
      loaded: () => {},
    });
    feed.start();
    notifications.start();
    await eventually(() => expect(feed.index).toBeDefined());

    let clock = 1_700_000_000_000_000;
    const write = async (random: () => number): Promise<void> => {
      for (let flush = 0; flush < FLUSHES; flush += 1) {
        const rows = rowsOf(audiences, random, () => (clock += 1));
        await writing
          .transaction(async (manager) => {
            await manager.query(WRITE_MEMBERSHIPS, rows);
            if (random() < ROLLBACK_SHARE) throw new Rollback();
          })
          .catch((error: unknown) => {
            if (!(error instanceof Rollback)) throw error;
          });
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(randomOf(writer + 1))));

    const [last] = await database.query<{ id: string }>(
      'select max(id) as id from membership_change',
    );
    await eventually(() => expect(feed.position).toBe(Number(last?.id)));
    await feed.stop();
    await notifications.stop();

    const committed = await database.query<{ id: string }>(
      'select id from membership_change order by id',
    );
    // Not one missed, none twice, in order.
    expect(seen.map((change) => change.id)).toEqual(committed.map((row) => Number(row.id)));
    expect(committed.length).toBeGreaterThan(100);
    for (const audienceId of audiences) {
      const members = await readMembers(database, audienceId);
      expect(feed.index?.count(audienceId)).toBe(members.size);
      for (const member of members) expect(feed.index?.has(audienceId, member)).toBe(true);
    }
  });

  it('begins where its first load ended, in one snapshot', async () => {
    const audienceId = await insertAudience(database);
    let clock = 1_800_000_000_000_000;
    const done = new AbortController();
    const random = randomOf(99);
    const writer = (async () => {
      while (!done.signal.aborted) {
        await writing.query(
          WRITE_MEMBERSHIPS,
          rowsOf([audienceId], random, () => (clock += 1)),
        );
      }
    })();
    const feeds: Feed[] = [];
    for (let round = 0; round < 5; round += 1) {
      const feed = new Feed(database, new Notifications(database, fail), fail);
      feed.start();
      await eventually(() => expect(feed.index).toBeDefined());
      feeds.push(feed);
    }
    done.abort();
    await writer;
    const members = await readMembers(database, audienceId);
    for (const feed of feeds) {
      await eventually(() => {
        expect(feed.index?.count(audienceId)).toBe(members.size);
        for (const member of members) expect(feed.index?.has(audienceId, member)).toBe(true);
      });
      await feed.stop();
    }
  });
});

function rowsOf(audiences: readonly number[], random: () => number, now: () => number): unknown[] {
  const rows = new Map<string, [number, string, boolean, number]>();
  const count = 1 + Math.floor(random() * 12);
  // Some are of one first sync that all writers take part in, and guess right, wrong, or at once.
  const isSync = random() < 0.3;
  for (let row = 0; row < count; row += 1) {
    const audience = audiences[Math.floor(random() * audiences.length)] ?? 0;
    const member = isSync
      ? `new_${Math.floor(random() * NEW_MEMBERS)}`
      : `user_${Math.floor(random() * MEMBERS)}`;
    rows.set(`${audience} ${member}`, [audience, member, isSync || random() < 0.5, now()]);
  }
  const all = [...rows.values()];
  return [...[0, 1, 2, 3].map((column) => all.map((row) => row[column])), isSync];
}

function fail(error: unknown): never {
  throw error;
}
