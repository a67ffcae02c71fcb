import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import type { BenchRow } from '../row.js';
import { ServiceProcess } from '../service-process.js';
import { AUDIENCE, insertMembers, makeAudience, memberKey, TOKEN } from './audience.js';
import { configOf, configOfBytes } from './configs.js';
import { race, type Contest } from './contest.js';
import { eventsRace } from './events.js';
import { answerTo, type Question } from './exchange.js';

const MEMBERS = 1_000_000;
const USERS = 1024;
const CONFIG_BYTES = 50_000;
const FLAGS = 50;

/** What clients ask of the proxy, against bare `node:http`. */
export async function run(): Promise<BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'audience-sync-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'pg'), log: () => {} });
  let service: ServiceProcess | undefined;
  try {
    const options = {
      database: { url: postgres.url },
      engage: { destinations: { bench: { token: TOKEN } } },
      sdks: {
        default: {},
        large: await fileSource(join(directory, 'large.json'), configOfBytes(CONFIG_BYTES)),
        flags: await fileSource(join(directory, 'flags.json'), configOf(FLAGS)),
      },
    };
    service = await ServiceProcess.start(directory, options);
    await makeAudience(service);
    await service.stop();
    await insertMembers(postgres.url, MEMBERS);
    service = await ServiceProcess.start(directory, options);
    const rows: BenchRow[] = [];
    for (const contest of await contests(Number(new URL(service.base).port))) {
      rows.push(await race(service, contest));
    }
    await service.stop();
    service = undefined;
    rows.push(...(await eventsRace({ directory, options, question: evalQuestion() })));
    return rows;
  } finally {
    await service?.stop();
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function contests(port: number): Promise<readonly Contest[]> {
  const config = {
    method: 'GET',
    path: '/configuration-files/configcat-proxy/large/config_v6.json',
    headers: { 'Accept-Encoding': 'gzip' },
    bodies: [],
  } as const;
  const { etag = '' } = await answerTo(port, config);
  return [
    {
      name: 'eval of a flag by an audience of 1M',
      question: evalQuestion(),
      status: 200,
      atLeast: 0.8,
    },
    {
      name: `eval-all of ${FLAGS} flags`,
      question: {
        method: 'POST',
        path: '/api/flags/eval-all',
        headers: { 'Content-Type': 'application/json' },
        // All get the same: the bare server knows one answer.
        bodies: Array.from({ length: USERS }, () =>
          JSON.stringify({
            user: { Identifier: 'one', Email: 'one@nowhere.example', Country: 'HU' },
          }),
        ),
      },
      status: 200,
      atLeast: 0.5,
    },
    {
      name: 'CDN 200, gzip of 50 KB',
      question: config,
      status: 200,
      atLeast: 0.85,
    },
    {
      name: 'CDN 304',
      question: { ...config, headers: { ...config.headers, 'If-None-Match': etag } },
      status: 304,
      atLeast: 0.85,
    },
  ];
}

function evalQuestion(): Question {
  const key = `audience_${AUDIENCE}`;
  const users = Array.from({ length: USERS }, (_, n) => ({
    Identifier: memberKey((n * 611_953) % MEMBERS),
    Email: `user-${n}@nowhere.example`,
    Country: 'HU',
  }));
  return {
    method: 'POST',
    path: '/api/default/eval',
    headers: { 'Content-Type': 'application/json' },
    bodies: users.map((user) => JSON.stringify({ key, user })),
  };
}

async function fileSource(path: string, config: object): Promise<object> {
  await writeFile(path, JSON.stringify(config));
  return { offline: { enabled: true, local: { file_path: path } } };
}
