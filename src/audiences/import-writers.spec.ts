import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { ImportWriters } from './import-writers.js';

const WRITE = `
  insert into membership (member_set, member_key, is_member, event_at, changed_at)
  values (1, 'ada', true, now(), now())`;

describe('the transactions that an import waits for', () => {
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

  /** A transaction that has written and goes on. @returns its process, and what ends it. */
  const writing = async (by = database) => {
    const client = await by.dedicatedClient();
    onTestFinished(() => client.end());
    await client.query('begin');
    await client.query(WRITE);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return { pid: rows[0]?.pid, end: () => client.query('rollback') };
  };
  it('are those that had begun to write, and no later ones', async () => {
    const early = await writing();
    const writers = await ImportWriters.now(database);
    let hasEnded = false;
    const ended = writers.ended({ warn: () => {} }).then(() => (hasEnded = true));
    const looks = await database.query('select');
    expect(looks).toHaveLength(1);
    expect(hasEnded).toBe(false);
    await early.end();
    await writing();
    await ended;
  });

  it('are of this database: another may be full of writers', async () => {
    const otherDb = await createTestDatabase();
    const other = testDatabase(otherDb.url);
    await other.connect();
    onTestFinished(async () => {
      await other.close();
      await otherDb.drop();
    });
    const { end } = await writing(other);
    const writers = await ImportWriters.now(database);
    await writers.ended({ warn: () => expect.fail('it waited'), now: clock(10_000) });
    await end();
  });

  it('are named once they last five seconds, once, and given up after a minute', async () => {
    const { pid } = await writing();
    const writers = await ImportWriters.now(database);
    const warnings: string[] = [];
    const waiting = writers.ended({ warn: (message) => warnings.push(message), now: clock(4_000) });
    await expect(waiting).rejects.toMatchObject({ code: 'import_given_up' });
    expect(warnings).toEqual([
      `An import has waited 8 s for a transaction that writes to memberships, of PostgreSQL's ` +
        `process ${pid} ('audience-sync test'). After 60 s it is given up, and nothing is imported.`,
    ]);
  });
});

/** A clock on which so many ms pass between two looks at it. */
function clock(step: number): () => number {
  let now = -step;
  return () => (now += step);
}
