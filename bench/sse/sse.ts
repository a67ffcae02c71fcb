import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { Child } from '../proxy/child.js';
import type { BenchRow, LimitRow } from '../row.js';
import { changeToAll, changeToOne, changeToThousands } from './changes.js';
import type { CrowdReply, CrowdRequest } from './crowd.js';
import { enter, TOKEN } from './members.js';
import { ProbedService } from './probed-service.js';

const CONNECTIONS = 10_000;
/** They are opened before anything is measured: a service that just started grows by its own code, too. */
const WARM_UP = 1_000;
/** What the figures of memory were reached with; none is needed. */
const FLAGS: readonly string[] = (process.env['BENCH_SSE_NODE_FLAGS'] ?? '')
  .split(' ')
  .filter(Boolean);
const QUESTION =
  '{"key":"offer","user":{"Identifier":"user_{n}","Email":"user_{n}@example.com","Country":"HU"}}';

/** A client of streams, and its questions. */
export type Clients = { ask(request: CrowdRequest): Promise<CrowdReply> };

/** Ten thousand streams of the built service, read by another process. */
export async function run(): Promise<readonly (BenchRow | LimitRow)[]> {
  const directory = await mkdtemp(join(tmpdir(), 'audience-sync-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'pg'), log: () => {} });
  const crowd = new Child('../sse/crowd');
  const bare = new Child('../sse/write-loop');
  const bareCrowd = new Child('../sse/crowd');
  let service: ProbedService | undefined;
  try {
    const config = new ConfigFile(join(directory, 'config.json'));
    await config.next();
    service = await ProbedService.start({
      directory,
      flags: FLAGS,
      options: {
        database: { url: postgres.url },
        engage: { destinations: { bench: { token: TOKEN } } },
        sdks: {
          default: {
            offline: { enabled: true, local: { file_path: config.path } },
            audience_flags: true,
          },
        },
      },
    });
    await enter(service.base, ['somebody']);
    const streams = {
      kind: 'open',
      port: service.port,
      path: '/sse/default/eval/',
      question: QUESTION,
    } as const;
    await crowd.ask({ ...streams, size: WARM_UP });
    await crowd.ask({ kind: 'close' });
    const before = await service.ask({ collect: true });
    await crowd.ask({ ...streams, size: CONNECTIONS });
    const after = await service.ask({ collect: true });
    const port = await bare.ask<number>({ kind: 'port' });
    await bareCrowd.ask({ ...streams, port, size: CONNECTIONS });
    return [
      {
        group: 'sse',
        name: `${CONNECTIONS} connections: resident bytes of the service, each (Node flags: ${FLAGS.join(' ') || 'none'})`,
        ours: (after.resident - before.resident) / CONNECTIONS / 1024,
        atMost: 12,
        unit: 'KiB',
      },
      ...(await changeToAll({
        service,
        crowd,
        bare,
        bareCrowd,
        change: () => config.next(),
        size: CONNECTIONS,
      })),
      ...(await changeToOne({ service, crowd, size: CONNECTIONS })),
      ...(await changeToThousands({ service, crowd, size: CONNECTIONS })),
    ];
  } finally {
    for (const child of [crowd, bare, bareCrowd]) child.stop();
    await service?.stop();
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A config whose flag asks an audience, and gives everybody else something new each time. */
class ConfigFile {
  private version = 0;

  constructor(readonly path: string) {}

  async next(): Promise<void> {
    this.version += 1;
    const rule = {
      c: [{ p: { f: 'audience_vip', c: 0, v: { b: true } } }],
      s: served('member'),
    };
    const offer = { t: 1, ...served(`stranger-${this.version % 2}`), r: [rule] };
    const copy = `${this.path}.new`;
    await writeFile(copy, JSON.stringify({ p: { s: 'salt' }, f: { offer } }));
    await rename(copy, this.path);
  }
}

function served(value: string): object {
  return { v: { s: value }, i: `v_${value}` };
}
