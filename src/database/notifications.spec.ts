import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from './database.js';
import { Notifications } from './notifications.js';

const LISTENERS = `
  select pid from pg_stat_activity
  where datname = current_database() and query like 'listen %' and pid <> pg_backend_pid()`;

describe('notifications', () => {
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

  const listening = () => database.query<{ pid: number }>(LISTENERS);

  it('reach whoever listens to their channel, and nobody else', async () => {
    const heard = vi.fn<() => void>();
    const other = vi.fn<() => void>();
    const notifications = new Notifications(database, raise);
    notifications.on('Odd "channel"', heard);
    notifications.on('other', other);
    notifications.start();
    // Each is called after the connection, for what was missed.
    await eventually(() => expect(other).toHaveBeenCalledTimes(1));
    await database.query(`select pg_notify('Odd "channel"', '')`);
    await eventually(() => expect(heard).toHaveBeenCalledTimes(2));
    expect(other).toHaveBeenCalledTimes(1);
    await notifications.stop();
  });

  it('are heard again after the connection broke', async () => {
    const heard = vi.fn<() => void>();
    const notifications = new Notifications(database, () => {});
    notifications.on('channel', heard);
    notifications.start();
    await eventually(() => expect(heard).toHaveBeenCalledTimes(1));
    const [first] = await listening();
    await database.query('select pg_terminate_backend($1)', [first?.pid]);
    await eventually(() => expect(heard).toHaveBeenCalledTimes(2));
    await database.query(`select pg_notify('channel', '')`);
    await eventually(() => expect(heard).toHaveBeenCalledTimes(3));
    await notifications.stop();
  });

  it('leave no connection behind that hears only some of the channels', async () => {
    const errors: unknown[] = [];
    const notifications = new Notifications(database, (error) => errors.push(error));
    notifications.on('first', () => {
      throw new Error('not now');
    });
    notifications.on('second', () => {});
    notifications.start();
    await eventually(() => expect(errors).toHaveLength(1));
    await eventually(async () => expect(await listening()).toEqual([]));
    await notifications.stop();
  });

  it('leave no connection behind when they are stopped while they start', async () => {
    const notifications = new Notifications(database, raise);
    notifications.on('channel', () => {});
    notifications.start();
    await Promise.all([notifications.stop(), notifications.stop()]);
    await eventually(async () => expect(await listening()).toEqual([]));
  });
});

function raise(error: unknown): never {
  throw error;
}
