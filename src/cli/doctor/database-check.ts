import type { Client } from 'pg';
import { MIGRATIONS } from '../../../migrations/all.js';
import { answerWithin } from '../../database/answer-within.js';
import { Database } from '../../database/database.js';
import { describeDatabaseError } from '../../database/sql-state.js';
import { clockFinding } from './clock-finding.js';
import { fail, ok, warn, type Finding } from './finding.js';

const OLDEST_MAJOR = 15;
const TIMEOUT_MS = 5_000;

/** Whether PostgreSQL answers, is new enough, has this version's tables, and the same time. Reads only. */
export async function checkDatabase(url: string): Promise<readonly Finding[]> {
  // Never connected: that would migrate.
  const database = new Database({
    url,
    poolSize: 1,
    statementTimeout: TIMEOUT_MS,
    applicationName: 'audience-sync-doctor',
    entities: [],
    onConnectionError: () => {},
  });
  let client: Client | undefined;
  try {
    client = await database.dedicatedClient();
    return await answerWithin(look(client), TIMEOUT_MS);
  } catch (error) {
    return [
      fail(
        'database',
        `PostgreSQL does not answer: ${describeDatabaseError(error)}`,
        'is it running, and is database.url (DATABASE_URL) right? The service serves from memory until then',
      ),
    ];
  } finally {
    await client?.end().catch(() => {});
  }
}

async function look(client: Client): Promise<readonly Finding[]> {
  const { rows } = await client.query<{ version: string; number: number }>(
    `select current_setting('server_version') as version,
            current_setting('server_version_num')::int as number`,
  );
  const { version = '?', number = 0 } = rows[0] ?? {};
  const server =
    number >= OLDEST_MAJOR * 10_000
      ? ok('database', `PostgreSQL ${version} answers`)
      : fail('database', `PostgreSQL ${version} is too old`, `install ${OLDEST_MAJOR} or later`);
  return [server, await migrations(client), await clock(client)];
}

async function migrations(client: Client): Promise<Finding> {
  const about = 'migrations';
  const table = await client.query<{ present: boolean }>(
    `select to_regclass('migration') is not null as present`,
  );
  if (table.rows[0]?.present !== true) {
    return warn(about, 'there are no tables yet', 'start the service: it makes them');
  }
  const { rows } = await client.query<{ name: string }>('select name from migration');
  const applied = new Set(rows.map(({ name }) => name));
  const known: readonly string[] = MIGRATIONS.map((Migration) => new Migration().name);
  const newer = [...applied].filter((name) => !known.includes(name));
  const missing = known.filter((name) => !applied.has(name));
  if (newer.length > 0) {
    return fail(
      about,
      `a newer version made ${newer.join(', ')}: this one does not start`,
      'start that version or a later one, or restore a backup of before the upgrade',
    );
  }
  if (missing.length > 0) {
    return warn(
      about,
      `${missing.join(', ')} of this version ${missing.length === 1 ? 'is' : 'are'} not applied`,
      'start this version of the service: it migrates at its start',
    );
  }
  return ok(about, `all ${known.length} are applied`);
}

async function clock(client: Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query<{ now: string }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8::text as now',
  );
  const after = Date.now();
  return clockFinding({
    of: 'PostgreSQL',
    difference: Number(rows[0]?.now) - (before + after) / 2,
    uncertainty: (after - before) / 2,
  });
}
