import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { query } from './embedded-directory.js';
import { createTestDatabase, startInstalledPostgres } from './postgres.js';

describe('a test database', () => {
  it('is its test’s own, and many are made at once', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => createTestDatabase()));
    await query(databases[0]?.url ?? '', 'create table mine ()');
    await expect(query(databases[1]?.url ?? '', 'select from mine')).rejects.toThrow('mine');
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('is dropped though a connection is open', async () => {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    await database.drop();
    await expect(query(database.url, 'select 1')).rejects.toThrow('does not exist');
  });
});

const old = await startInstalledPostgres(15);

describe.runIf(old !== undefined)('PostgreSQL 15', () => {
  afterAll(() => old?.stop());

  it('serves test databases as the embedded one does', async () => {
    const database = await createTestDatabase(old?.url);
    const [row] = await query(database.url, `select current_setting('server_version') as version`);
    expect(row?.['version']).toMatch(/^15\./);
    await database.drop();
  });
});

it('no server is made of a PostgreSQL that is not installed', async () => {
  expect(await startInstalledPostgres(3)).toBeUndefined();
});
