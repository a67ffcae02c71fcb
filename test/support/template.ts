import { Database } from '../../src/database/database.js';
import { ENTITIES } from '../../src/entities.js';

/** Fills the template database once per test run; every test database is a clone of it. */
export async function prepareTemplate(url: string): Promise<void> {
  const database = testDatabase(url);
  await database.connect();
  await database.close();
}

/** Connections of a test's own, as the service makes them. */
export function testDatabase(url: string): Database {
  return new Database({
    url,
    poolSize: 10,
    statementTimeout: 30_000,
    applicationName: 'audience-sync test',
    entities: ENTITIES,
    onConnectionError: () => {},
  });
}
