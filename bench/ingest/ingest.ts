import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { median } from '../median.js';
import type { BenchRow } from '../row.js';
import { ServiceProcess } from '../service-process.js';
import { BATCH_SIZE, batchBody } from './batches.js';
import { RawUpsert } from './raw-upsert.js';
import { requestBytes, send, type Receiver } from './sender.js';

const ROUNDS = 15;
/** Warm both, and are not counted: V8 compiles beside them. */
const WARM_ROUNDS = 2;
const BATCHES = 60;
/** Requests under way at one time. */
const CONNECTIONS = 6;
const TOKEN = 'bench';

/** Durable ingest over HTTP against the bare upsert, in alternating rounds on one PostgreSQL. */
export async function run(): Promise<BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'audience-sync-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'pg'), log: () => {} });
  const raw = new RawUpsert(postgres.url);
  let service: ServiceProcess | undefined;
  try {
    await raw.prepare();
    service = await ServiceProcess.start(directory, {
      database: { url: postgres.url },
      engage: { destinations: { bench: { token: TOKEN } } },
    });
    return [await race(service, raw)];
  } finally {
    await service?.stop();
    await raw.close();
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function race(service: ServiceProcess, raw: RawUpsert): Promise<BenchRow> {
  const ours: number[] = [];
  const reference: number[] = [];
  const cpu: number[] = [];
  const receiver: Receiver = {
    port: Number(new URL(service.base).port),
    path: '/engage/bench/events',
    token: TOKEN,
    expected: `"added":${BATCH_SIZE}`,
  };
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
    const rawRate = await rateOf(() => raw.write(BATCHES));
    const requests = Array.from({ length: BATCHES }, (_, batch) =>
      requestBytes(receiver, batchBody(`round_${round}`, batch * BATCH_SIZE)),
    );
    const before = await service.cpuMicroseconds();
    const rate = await rateOf(() => send(receiver, requests, CONNECTIONS));
    const spent = (await service.cpuMicroseconds()) - before;
    if (round < WARM_ROUNDS) continue;
    ours.push(rate);
    reference.push(rawRate);
    cpu.push(spent / (BATCHES * BATCH_SIZE));
  }
  const ratios = ours.map((rate, index) => rate / (reference[index] ?? Number.NaN));
  return {
    group: 'ingest',
    name: `HTTP batches of ${BATCH_SIZE}, durable (service: ${median(cpu).toFixed(1)} µs of CPU an event)`,
    ours: median(ours).toFixed(0),
    reference: median(reference).toFixed(0),
    ratio: median(ratios),
    atLeast: 0.5,
    unit: 'rows/s',
  };
}

async function rateOf(work: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return (BATCHES * BATCH_SIZE) / (Number(process.hrtime.bigint() - start) / 1e9);
}
