import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemberEraser } from '../../src/audiences/member-eraser.js';
import { MembershipStore } from '../../src/audiences/membership-store.js';
import type { Database } from '../../src/database/database.js';
import { FlushQueue } from '../../src/engage/flush-queue.js';
import { insertAudience, readMembers } from '../support/audiences.js';
import { eventually } from '../support/eventually.js';
import { quietFeed, startFeed } from '../support/feed.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { testDatabase } from '../support/template.js';

const WRITERS = 4;
const ROUNDS = 40;
const ERASURES = 30;
const MEMBERS = 12;
const START = 1_700_000_000_000_000;

describe('erasing while others write', () => {
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

  it('leaves every replica with what the table has, and nobody in who was erased last', async () => {
    const audiences = await Promise.all([insertAudience(database), insertAudience(database)]);
    const feeds = [quietFeed(database), quietFeed(database)];
    await Promise.all(feeds.map((feed) => startFeed(feed)));
    const settings = {
      flush: { rows: 100, bytes: 1e6, delay: 1 },
      queue: { rows: 10_000, bytes: 1e7 },
    };
    const queue = new FlushQueue(new MembershipStore(writing), settings);
    const eraser = new MemberEraser(writing);
    let clock = START;

    const write = async (writer: number): Promise<void> => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const events = Array.from({ length: 5 }, (_, n) => ({
          audienceId: audiences[(round + n) % audiences.length] ?? 0,
          memberKey: `user_${(writer * 7 + round * 5 + n) % MEMBERS}`,
          isMember: (writer + round + n) % 3 > 0,
          eventAt: (clock += 1),
        }));
        await repeat(() => queue.submit(events));
      }
    };
    const erase = async (): Promise<void> => {
      for (let round = 0; round < ERASURES; round += 1) {
        const memberKey = `user_${round % MEMBERS}`;
        await eraser.erase(['dest'], [{ memberKey, erasedAt: clock - 3 }]);
        await eraser.forgetPassed();
      }
    };
    await Promise.all([erase(), ...Array.from({ length: WRITERS }, (_, n) => write(n))]);
    await eraser.erase(['dest'], [{ memberKey: 'user_0', erasedAt: clock }]);

    for (const audienceId of audiences) {
      const members = await readMembers(database, audienceId);
      expect(members.has('user_0')).toBe(false);
      for (const feed of feeds) {
        await eventually(() => {
          const known = Array.from({ length: MEMBERS }, (_, n) => `user_${n}`);
          const seen = known.filter((key) => feed.index?.has(audienceId, key));
          expect(new Set(seen)).toEqual(members);
        });
      }
    }
    await Promise.all(feeds.map((feed) => feed.stop()));
  });
});

/** As Segment repeats a request that was answered 503: erasures can win five times in a row. */
async function repeat<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    return repeat(work);
  }
}
