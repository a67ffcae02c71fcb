import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { RejectedEventWatch } from './rejected-event-watch.js';

function keep(
  by: { query(sql: string, parameters: string[]): Promise<unknown> },
  reason: string,
  destination = 'dest',
): Promise<unknown> {
  return by.query(
    `insert into rejected_event (destination, reason, detail, received_at, payload_bytes, identifiers)
     values ($1, $2, '', now(), 0, '{}')`,
    [destination, reason],
  );
}

describe('watching rejected events', () => {
  let testDb: TestDatabase;
  let database: Database;
  let writer: Client;
  let now: number;
  let watch: RejectedEventWatch;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    writer = new Client({ connectionString: testDb.url });
    await Promise.all([database.connect(), writer.connect()]);
  });
  afterAll(async () => {
    await Promise.all([database.close(), writer.end()]);
    await testDb.drop();
  });
  beforeEach(() => {
    now = 0;
    watch = new RejectedEventWatch(database, () => now);
  });

  it('answers nothing of what was there at the first look, and all that comes later once', async () => {
    await keep(database, 'before');
    expect(await watch.look()).toEqual([]);
    for (const reason of ['malformed', 'malformed', 'odd']) await keep(database, reason);
    await keep(database, 'odd', 'another');
    expect(await watch.look()).toEqual([
      { destination: 'another', reason: 'odd', count: 1 },
      { destination: 'dest', reason: 'malformed', count: 2 },
      { destination: 'dest', reason: 'odd', count: 1 },
    ]);
    expect(await watch.look()).toEqual([]);
  });

  it('misses none that got its number before others and was committed after them', async () => {
    await writer.query('begin');
    await keep(writer, 'late');
    await watch.look();
    await keep(database, 'early');
    expect(await watch.look()).toMatchObject([{ reason: 'early', count: 1 }]);
    now += 5_000;
    expect(await watch.look()).toEqual([]);
    await writer.query('commit');
    now += 5_000;
    expect(await watch.look()).toMatchObject([{ reason: 'late', count: 1 }]);
    expect(await watch.look()).toEqual([]);
  });

  it('reads no further back than it takes to commit', async () => {
    await keep(database, 'old');
    await watch.look();
    const [row] = await database.query<{ id: string }>('select max(id) as id from rejected_event');
    for (let look = 0; look < 5; look += 1) {
      now += 4_000;
      await keep(database, 'new');
      expect(await watch.look()).toMatchObject([{ reason: 'new', count: 1 }]);
    }
    // It would be new again if it was looked at.
    await database.query('update rejected_event set detail = detail where id <= $1', [row?.id]);
    expect(await watch.look()).toEqual([]);
  });

  it('begins anew when it forgot', async () => {
    await watch.look();
    await keep(database, 'odd');
    watch.forget();
    expect(await watch.look()).toEqual([]);
    await keep(database, 'odd');
    expect(await watch.look()).toHaveLength(1);
  });
});
