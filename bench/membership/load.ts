import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { to as copyTo } from 'pg-copy-streams';
import { COPY_MEMBERS } from '../../src/audiences/feed.sql.js';
import { loadMemberships } from '../../src/audiences/membership-load.js';
import { Database } from '../../src/database/database.js';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { median } from '../median.js';
import type { LimitRow } from '../row.js';

const MEMBERSHIPS = 5_000_000;
const AUDIENCES = 20;
const ROUNDS = 5;
/** What others of the event loop may wait, beside their own work. */
const PAUSE_BAR_MS = 50;

/** What a replica does when it starts, against the same COPY read to nowhere. */
export async function run(): Promise<LimitRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'audience-sync-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'pg'), log: () => {} });
  const database = new Database({
    url: postgres.url,
    poolSize: 5,
    statementTimeout: 300_000,
    applicationName: 'bench',
    entities: [],
    onConnectionError: () => {},
  });
  try {
    await database.connect();
    await fill(database);
    return await race(database);
  } finally {
    await database.close();
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function fill(database: Database): Promise<void> {
  await database.query(
    `insert into audience (id, destination, context_kind, name, attribute)
     select n, 'bench', 'user', 'a' || n, 'Identifier' from generate_series(1, $1::int) n`,
    [AUDIENCES],
  );
  await database.query(
    `insert into membership (member_set, member_key, is_member, event_at, changed_at)
     select 1 + n % $2::int, 'user_' || lpad(n::text, 15, '0'), true, now(), now()
     from generate_series(1, $1::int) n`,
    [MEMBERSHIPS, AUDIENCES],
  );
  await database.query('analyze membership');
}

async function race(database: Database): Promise<LimitRow[]> {
  const ratios: number[] = [];
  const pauses: number[] = [];
  const seconds: number[] = [];
  // The first round warms PostgreSQL's cache and our code, and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const drained = await secondsOf(() => drain(database));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const loaded = await secondsOf(async () => {
      const { index } = await loadMemberships(database, new AbortController().signal);
      if (index.size !== MEMBERSHIPS) throw new Error(`${index.size} were loaded`);
    });
    delay.disable();
    if (round === 0) continue;
    ratios.push(loaded / drained);
    seconds.push(loaded);
    pauses.push(delay.max / 1e6);
  }
  const group = 'load';
  return [
    {
      group,
      name: `5 million memberships into the index (${median(seconds).toFixed(1)} s), against the same COPY read to nowhere`,
      ours: median(ratios),
      atMost: 2.5,
      unit: 'times its time',
    },
    {
      group,
      name: 'the longest that others waited meanwhile',
      ours: median(pauses),
      atMost: PAUSE_BAR_MS,
      unit: 'ms',
    },
  ];
}

async function drain(database: Database): Promise<void> {
  const client = await database.dedicatedClient();
  let bytes = 0;
  for await (const chunk of client.query(copyTo(COPY_MEMBERS))) bytes += Buffer.byteLength(chunk);
  await client.end();
  if (bytes < MEMBERSHIPS) throw new Error(`${bytes} bytes were copied`);
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}
