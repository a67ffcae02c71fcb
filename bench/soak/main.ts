import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { getHeapCodeStatistics } from 'node:v8';
import { Client } from 'pg';
import { stringify } from 'yaml';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { loadOptions } from '../../src/options/load-options.js';
import type { Options } from '../../src/options/options.js';
import { startService } from '../../src/service.js';
import { configOf } from '../proxy/configs.js';
import { print } from '../print.js';
import type { SoakLoad } from './load-child.js';
import { slope, type Sample } from './slope.js';

const TOKEN = 'soak';
const SAMPLE_MS = 2_000;
/** Of the time: caches fill, code is compiled, and the members' number settles. */
const WARM_UP = 0.4;
const MINUTES = 5;

/**
 * `npm run soak -- --minutes N`: a steady load, and whether the service's memory stays what it is.
 * The service is in this process, so that after its end it can be seen what it has left behind.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string' } } });
  const minutes = Number(values.minutes ?? MINUTES);
  if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} is no time`);
  const before = resources();
  const directory = await mkdtemp(join(tmpdir(), 'audience-sync-soak-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'pg'), log: () => {} });
  const file = join(directory, 'config.json');
  await writeConfig(file, 0);
  // Whoever started it has a session of its own.
  const known = await sessionsOf(postgres.url);
  const service = await startService(await optionsIn(directory, postgres.url, file));
  await service.started;
  const load = fork(join(import.meta.dirname, 'load-child.js'), { execArgv: [] });
  load.send({ port: service.port, token: TOKEN } satisfies SoakLoad);

  const samples = await watch(minutes, (round) => writeConfig(file, round));

  const ended = once(load, 'exit');
  load.send('stop');
  await ended;
  await service.stop();
  // PostgreSQL ends a session some time after its client did.
  await pause(SAMPLE_MS);
  const sessions = (await sessionsOf(postgres.url)) - known;
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
  // What removed the directory is gone a moment later.
  await pause(SAMPLE_MS);
  const left = resources().filter((resource) => !before.includes(resource));
  const isGood = report(samples, { left, sessions });
  process.exitCode = isGood ? 0 : 1;
}

interface Samples {
  /** KiB. */
  readonly heap: readonly Sample[];
  readonly resident: readonly Sample[];
}

/** Changes the config with each sample. */
async function watch(minutes: number, change: (round: number) => Promise<void>): Promise<Samples> {
  const start = performance.now();
  const heap: Sample[] = [];
  const resident: Sample[] = [];
  for (let round = 1; performance.now() - start < minutes * 60_000; round += 1) {
    await pause(SAMPLE_MS);
    await change(round);
    globalThis.gc?.();
    const at = (performance.now() - start) / 60_000;
    const { rss } = process.memoryUsage();
    if (at < minutes * WARM_UP) continue;
    heap.push([at, heapOfData() / 1_024]);
    resident.push([at, rss / 1_024]);
  }
  return { heap, resident };
}

function report(
  { heap, resident }: Samples,
  { left, sessions }: { readonly left: readonly string[]; readonly sessions: number },
): boolean {
  const group = 'soak';
  return print([
    {
      group,
      name: `growth of the heap after collection, without code (${last(heap)} KiB in the end, ${heap.length} samples)`,
      ours: slope(heap),
      atMost: 100,
      unit: 'KiB a minute',
    },
    {
      group,
      name: `growth of what is resident (${last(resident)} KiB in the end)`,
      ours: slope(resident),
      atMost: 1_024,
      unit: 'KiB a minute',
    },
    {
      group,
      name: `listeners, timers and connections left after its end${left.length > 0 ? `: ${left.join(', ')}` : ''}`,
      ours: left.length,
      atMost: 0,
      unit: '',
    },
    { group, name: 'sessions left in PostgreSQL', ours: sessions, atMost: 0, unit: '' },
  ]);
}

/** Bytes. V8 compiles what has become hot for many minutes, which looks like a slow leak. */
function heapOfData(): number {
  const code = getHeapCodeStatistics();
  const { heapUsed } = process.memoryUsage();
  return heapUsed - code.code_and_metadata_size - code.bytecode_and_metadata_size;
}

function last(samples: readonly Sample[]): number {
  return Math.round(samples.at(-1)?.[1] ?? 0);
}

/** What keeps this process alive. */
function resources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'TTYWrap' && name !== 'PipeWrap');
}

async function sessionsOf(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(
    `select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  await client.end();
  return Number(rows[0]?.count);
}

async function optionsIn(directory: string, databaseUrl: string, file: string): Promise<Options> {
  const tree = {
    database: { url: databaseUrl },
    http: { port: 0, host: '127.0.0.1' },
    diag: { port: 0, host: '127.0.0.1' },
    log: { level: 'error' },
    sdks: {
      default: {},
      file: { offline: { enabled: true, local: { file_path: file } } },
    },
    engage: { destinations: { soak: { token: TOKEN } } },
  };
  await writeFile(join(directory, 'options.yml'), stringify(tree));
  return loadOptions({ argv: [], env: {}, cwd: directory }).options;
}

async function writeConfig(file: string, round: number): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(configOf(40 + (round % 10))));
  await rename(`${file}.new`, file);
}

await main();
