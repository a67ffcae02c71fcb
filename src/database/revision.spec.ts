import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from './database.js';
import { Notifications } from './notifications.js';
import { RAISE_REVISION, Revision } from './revision.js';

describe('the revision of definitions', () => {
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

  const raiseRevision = () => database.query(RAISE_REVISION);

  it('calls its listeners once after the start, and after each change', async () => {
    const notifications = new Notifications(database, raise);
    const revision = new Revision(database, notifications, raise);
    const changed = vi.fn<() => Promise<void>>().mockResolvedValue();
    revision.onChange(changed);
    notifications.start();
    revision.start();
    await eventually(() => expect(changed).toHaveBeenCalledTimes(1));
    await raiseRevision();
    await eventually(() => expect(changed).toHaveBeenCalledTimes(2));
    await revision.stop();
    await notifications.stop();
    await raiseRevision();
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('notices a change without a notification too, also of the epoch alone', async () => {
    const revision = new Revision(database, new Notifications(database, raise), raise);
    const changed = vi.fn<() => Promise<void>>().mockResolvedValue();
    revision.onChange(changed);
    revision.start();
    await eventually(() => expect(changed).toHaveBeenCalledTimes(1));
    await database.query('update instance set epoch = gen_random_uuid()');
    await eventually(() => expect(changed).toHaveBeenCalledTimes(2));
    await revision.stop();
  });

  it('calls a listener again that threw', async () => {
    const errors: unknown[] = [];
    const revision = new Revision(database, new Notifications(database, raise), (error) =>
      errors.push(error),
    );
    const changed = vi
      .fn<() => Promise<void>>()
      .mockRejectedValueOnce(new Error('not yet'))
      .mockResolvedValue();
    revision.onChange(changed);
    revision.start();
    await eventually(() => expect(changed).toHaveBeenCalledTimes(2));
    expect(errors).toEqual([new Error('not yet')]);
    await revision.stop();
  });

  it('tells nobody of a change that was rolled back', async () => {
    const before = await database.query('select revision from instance');
    await database
      .transaction(async (manager) => {
        await manager.query(RAISE_REVISION);
        throw new Error('no');
      })
      .catch(() => {});
    expect(await database.query('select revision from instance')).toEqual(before);
  });
});

function raise(error: unknown): never {
  throw error;
}
