import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { Gate } from '../../test/support/gate.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { PollingLock } from './polling-lock.js';

const TIMING = { interval: 50, idleTimeout: 1_000 };

function becomes(lock: PollingLock, poller: string): Promise<void> {
  return eventually(async () => expect(await lock.pollerOf('one')).toBe(poller));
}

describe('the lock of those that poll', () => {
  let testDb: TestDatabase;
  let gates: Gate[];
  let databases: Database[];
  let locks: PollingLock[];

  beforeEach(async () => {
    testDb = await createTestDatabase();
    gates = [];
    databases = [];
    locks = [];
  });
  afterEach(async () => {
    gates.forEach((gate) => gate.resume());
    await Promise.all(locks.map((lock) => lock.stop()));
    await Promise.all(databases.map((database) => database.close()));
    await Promise.all(gates.map((gate) => gate.shut()));
    await testDb.drop();
  });

  /** A replica's, with a gate of its own before PostgreSQL. */
  const replica = async (sources: readonly string[] = ['one', 'two'], connected = true) => {
    const gate = await Gate.before(testDb.url);
    const database = testDatabase(gate.url);
    if (connected) await database.connect();
    const lock = new PollingLock(database, sources, () => {}, { timing: TIMING });
    gates.push(gate);
    databases.push(database);
    locks.push(lock);
    return { gate, database, lock };
  };

  it('is held by one replica', async () => {
    const [first, second] = [await replica(), await replica()];
    first.lock.start();
    expect(await first.lock.pollerOf('one')).toBe('this');
    second.lock.start();
    expect(await second.lock.pollerOf('one')).toBe('another');
    expect(await second.lock.pollerOf('two')).toBe('another');
  });

  it('is one for each source, so that a source that only one replica has is polled', async () => {
    const [first, second] = [await replica(['one']), await replica(['one', 'two'])];
    first.lock.start();
    expect(await first.lock.pollerOf('one')).toBe('this');
    second.lock.start();
    expect(await second.lock.pollerOf('one')).toBe('another');
    expect(await second.lock.pollerOf('two')).toBe('this');
  });

  it('goes to another when its holder stops, who is told', async () => {
    const [first, second] = [await replica(), await replica()];
    const gained: string[] = [];
    second.lock.onGain((source) => gained.push(source));
    first.lock.start();
    await first.lock.pollerOf('one');
    second.lock.start();
    await second.lock.pollerOf('one');
    await first.lock.stop();
    await becomes(second.lock, 'this');
    expect(gained).toEqual(['one', 'two']);
  });

  it('goes to another when its holder is cut off; who is cut off is on its own', async () => {
    const [first, second] = [await replica(), await replica()];
    first.lock.start();
    await first.lock.pollerOf('one');
    second.lock.start();
    await first.gate.shut();
    await becomes(first.lock, 'each');
    await becomes(second.lock, 'this');
    await first.gate.open();
    await becomes(first.lock, 'another');
    expect(await second.lock.pollerOf('two')).toBe('this');
  });

  it('goes to another when its holder falls silent, on a connection that seems to be fine', async () => {
    const [first, second] = [await replica(), await replica()];
    first.lock.start();
    await first.lock.pollerOf('one');
    second.lock.start();
    await second.lock.pollerOf('one');
    first.gate.stall();
    await becomes(second.lock, 'this');
    await becomes(first.lock, 'each');
    expect(await second.lock.pollerOf('two')).toBe('this');
  });

  it('is not waited for where PostgreSQL is away', async () => {
    const { gate, lock } = await replica(['one'], false);
    await gate.shut();
    lock.start();
    expect(await lock.pollerOf('one')).toBe('each');
  });

  it('is told only when what is stored can be read: the schema may be on its way', async () => {
    const { database, lock } = await replica(['one'], false);
    lock.start();
    const told = lock.pollerOf('one').then((poller) => [poller, database.isConnected]);
    await database.connect();
    expect(await told).toEqual(['this', true]);
  });
});
