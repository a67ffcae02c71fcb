import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Gate } from '../../test/support/gate.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import { textConfig } from '../../test/support/upstream.js';
import type { Database } from '../database/database.js';
import { contentOf, readBaseConfig } from './base-config.js';
import { StoredConfigs } from './stored-configs.js';

const HOUR = 3_600_000;
const place = { sdkId: 'app', source: 'source' };
const base = (text: string, etag?: string) => readBaseConfig(textConfig(text), etag);

describe('stored configs', () => {
  let testDb: TestDatabase;
  let database: Database;
  let stored: StoredConfigs;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    stored = new StoredConfigs(database);
  });
  afterEach(() => database.query('delete from base_config'));
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  const revision = async () =>
    Number(
      (await database.query<{ revision: string }>('select revision from instance'))[0]?.revision,
    );
  const read = async (content?: string, source = place.source) =>
    (await stored.read([{ ...place, source, content }]))[0];

  it('are read as they were written, with their age', async () => {
    const one = base('one', 'W/"é"');
    await stored.write(place, one, HOUR);
    const found = await read();
    expect(found).toMatchObject({ sdkId: 'app', json: one.json, etag: one.etag });
    expect(found?.content).toBe(contentOf(one));
    expect(found?.age).toBeGreaterThanOrEqual(HOUR);
    expect(found?.age).toBeLessThan(HOUR + 60_000);
  });

  it('are not sent again to who has them', async () => {
    await stored.write(place, base('one'), 0);
    expect(await read(contentOf(base('one')))).toMatchObject({ json: undefined });
    expect(await read(contentOf(base('one', '"tag"')))).toMatchObject({ json: textConfig('one') });
  });

  it('of another source are none', async () => {
    await stored.write(place, base('one'), 0);
    expect(await read(undefined, 'another')).toBeUndefined();
    expect(await stored.read([])).toEqual([]);
  });

  it('give way to a newer one and to one of another source, never to an older one', async () => {
    await stored.write(place, base('two'), HOUR);
    await stored.write(place, base('one'), 2 * HOUR);
    expect((await read())?.json).toBe(textConfig('two'));
    await stored.write(place, base('three'), 0);
    expect((await read())?.json).toBe(textConfig('three'));
    await stored.write({ ...place, source: 'another' }, base('four'), 3 * HOUR);
    expect(await read()).toBeUndefined();
    expect((await read(undefined, 'another'))?.json).toBe(textConfig('four'));
  });

  it('tell replicas of a change, not of a confirmation', async () => {
    const before = await revision();
    await stored.write(place, base('one'), HOUR);
    expect(await revision()).toBe(before + 1);
    await stored.write(place, base('one'), 0);
    expect((await read())?.age).toBeLessThan(HOUR);
    // A confirmation that comes late takes nothing back.
    await stored.write(place, base('one'), HOUR);
    expect((await read())?.age).toBeLessThan(HOUR);
    expect(await revision()).toBe(before + 1);
    await stored.write(place, base('one', '"tag"'), 0);
    expect(await revision()).toBe(before + 2);
  });

  it('hold nothing that the SDK key could be read from', async () => {
    await stored.write(place, base('one'), 0);
    const [row] = await database.query<object>('select * from base_config');
    expect(Object.keys(row ?? {}).toSorted()).toEqual(
      ['content', 'etag', 'fetched_at', 'json', 'sdk_id', 'source', 'version'].toSorted(),
    );
  });

  it('are not waited for when PostgreSQL falls silent', async () => {
    const gate = await Gate.before(testDb.url);
    const silent = testDatabase(gate.url);
    await silent.connect();
    gate.stall();
    const unheard = new StoredConfigs(silent, { timeout: 50 });
    await expect(unheard.read([{ ...place, content: undefined }])).rejects.toThrow('not answer');
    await expect(unheard.write(place, base('one'), 0)).rejects.toThrow('not answer');
    gate.resume();
    await silent.close();
    await gate.shut();
  });
});
