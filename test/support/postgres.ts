import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import { startTestServer, type TestServer } from './test-server.js';
import { prepareTemplate } from './template.js';

/** A database of one test file's own; `drop` also ends its connections, and may be repeated. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** The database that test databases are cloned from, on whichever server. */
export const templateName = 'audience_sync_template';

/** Clones the template on the run's one server (PostgreSQL 18), or on the server given. */
export async function createTestDatabase(
  serverUrl: string = inject('postgresUrl'),
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `create database ${name} template ${templateName}`);
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => onServer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

/** A database without any table, on the run's one server. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `create database ${name}`);
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => onServer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

/** Makes and fills the template database of a server; once a server. */
export async function createTemplate(serverUrl: string): Promise<void> {
  await onServer(serverUrl, `create database ${templateName}`);
  await prepareTemplate(databaseUrl(serverUrl, templateName));
}

/**
 * A server of an older PostgreSQL that the machine has (`PG15_BIN`, else where Debian puts it), with
 * its template made; undefined where it is not installed. Stop it in `afterAll`.
 */
export async function startInstalledPostgres(major: number): Promise<TestServer | undefined> {
  const bin = process.env[`PG${major}_BIN`] ?? `/usr/lib/postgresql/${major}/bin`;
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  if (!existsSync(binaries.initdb) || !existsSync(binaries.postgres)) {
    return undefined;
  }
  const server = await startTestServer(binaries);
  await createTemplate(server.url);
  return server;
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
