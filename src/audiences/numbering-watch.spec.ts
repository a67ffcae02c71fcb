import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { holdNumbering } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { NumberingWatch } from './numbering-watch.js';

describe('the watch over the numbering lock', () => {
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

  it('names who holds the lock for long, once in the log, until it is free', async () => {
    const warnings: string[] = [];
    const watch = new NumberingWatch(database, {
      warn: (message) => void warnings.push(message),
      onError: (error) => void warnings.push(String(error)),
    });
    const free = await holdNumbering(database);
    watch.start();
    await eventually(() => {
      expect(watch.holder).toMatchObject({ state: 'idle', waiting: 0 });
    });
    const { pid = 0, seconds = 0 } = watch.holder ?? {};
    expect(seconds).toBeGreaterThan(1);
    await eventually(() => expect(watch.holder?.seconds).toBeGreaterThan(seconds));
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`process ${pid} \\('[^']+', idle\\) for [\\d.]+ s; 0 wait`)),
    ]);
    await free();
    await eventually(() => expect(watch.holder).toBeUndefined());
    await watch.stop();
  });
});
