import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { createEmptyDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { ENTITIES } from '../entities.js';
import { Database, DatabaseUnavailableError, type DatabaseSettings } from './database.js';
import { SchemaTooNewError } from './schema.js';
import { isUnavailable, sqlState } from './sql-state.js';

describe('the connections to PostgreSQL', () => {
  let testDb: TestDatabase;
  let opened: Database[];

  beforeEach(async () => {
    testDb = await createEmptyDatabase();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await testDb.drop();
  });

  function make(over: Partial<DatabaseSettings> = {}): Database {
    const database = new Database({
      url: testDb.url,
      poolSize: 3,
      statementTimeout: 10_000,
      applicationName: 'audience-sync test',
      entities: ENTITIES,
      onConnectionError: () => {},
      ...over,
    });
    opened.push(database);
    return database;
  }

  it('migrate an empty database once, also when several instances start at once', async () => {
    const instances = [make(), make(), make({ poolSize: 1 })];
    await Promise.all(instances.map((database) => database.connect()));
    const [first] = instances;
    expect(await first?.query('select from instance')).toHaveLength(1);
    expect((await first?.query('select name from migration'))?.length).toBeGreaterThan(0);
  });

  it('do with a pool of one', async () => {
    const database = make({ poolSize: 1 });
    await database.connect();
    await database.close();
    await database.connect();
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuse the schema of a newer version, and leave it as it is', async () => {
    const current = make();
    await current.connect();
    await current.query(
      `insert into migration (timestamp, name) values (9999999999999, 'Later9999999999999')`,
    );
    const older = make();
    await expect(older.connect()).rejects.toThrow(SchemaTooNewError);
    expect(older.isConnected).toBe(false);
    await expect(older.connect()).rejects.toThrow('Later9999999999999');
    // Whoever was refused holds no lock over the others.
    await current.query(`delete from migration where name = 'Later9999999999999'`);
    await older.connect();
  });

  it('say that PostgreSQL is away before the first connection, and after the last', async () => {
    const database = make();
    await expect(database.query('select 1')).rejects.toThrow(DatabaseUnavailableError);
    await expect(database.queryPromptly({ name: 'bare', text: 'select 1' })).rejects.toThrow(
      DatabaseUnavailableError,
    );
    await database.connect();
    await database.close();
    await database.close();
    await expect(database.query('select 1')).rejects.toThrow(DatabaseUnavailableError);
  });

  it('may be tried again where nothing listens', async () => {
    const database = make({ url: 'postgres://nobody@127.0.0.1:1/none' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const error = await database.connect().catch((thrown: unknown) => thrown);
      expect(isUnavailable(error)).toBe(true);
    }
  });

  it('keep nothing of a transaction that threw', async () => {
    const database = make();
    await database.connect();
    const work = database.transaction(async (manager) => {
      await manager.query('update instance set revision = 99');
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await database.query('select revision from instance')).toEqual([{ revision: '0' }]);
  });

  it('give a statement up after its time', async () => {
    const database = make({ statementTimeout: 50 });
    await database.connect();
    const error = await database.query('select pg_sleep(30)').catch((thrown: unknown) => thrown);
    expect(sqlState(error)).toBe('57014');
    expect(isUnavailable(error)).toBe(true);
  });

  it('give a statement that an answer waits for up sooner than others', async () => {
    const database = make();
    await database.connect();
    const timeout = `select current_setting('statement_timeout') as timeout`;
    expect(await database.query(timeout)).toEqual([{ timeout: '10s' }]);
    expect(await database.queryPromptly({ name: 'timeout', text: timeout })).toEqual([
      { timeout: '4s' },
    ]);
    const hasty = make({ statementTimeout: 50 });
    await hasty.connect();
    expect(await hasty.queryPromptly({ name: 'timeout', text: timeout })).toEqual([
      { timeout: '50ms' },
    ]);
  });

  it('answer while all others wait for a lock', async () => {
    const database = make();
    await database.connect();
    const client = await database.dedicatedClient();
    await client.query('select pg_advisory_lock(7)');
    const waiting = Array.from({ length: 5 }, () => database.query('select pg_advisory_lock(7)'));
    expect(await database.queryPromptly({ name: 'one', text: 'select 1 as one' })).toEqual([
      { one: 1 },
    ]);
    await client.query('select pg_advisory_unlock(7)');
    await client.end();
    const [first] = await Promise.all(waiting);
    expect(first).toHaveLength(1);
  });

  it('survive the end of all of them', async () => {
    const database = make();
    await database.connect();
    const client = await database.dedicatedClient();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await client.end();
    await eventually(async () =>
      expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]),
    );
    await eventually(async () =>
      expect(await database.queryPromptly({ name: 'one', text: 'select 1 as one' })).toEqual([
        { one: 1 },
      ]),
    );
  });
});
