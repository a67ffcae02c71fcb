import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { median } from '../median.js';
import { AUDIENCE, makeAudience, memberKey, TOKEN } from '../proxy/audience.js';
import { Child } from '../proxy/child.js';
import { rawAnswer } from '../proxy/contest.js';
import { bytesOf, type Question } from '../proxy/exchange.js';
import type { Load, LoadResult } from '../proxy/load-generator.js';
import type { BenchRow } from '../row.js';
import { ServiceProcess } from '../service-process.js';

const WORKERS = 2;
const ROUNDS = 9;
const ROUND_MS = 1_000;
const CONNECTIONS = 64;
const WANTED = 1.6;

/** Two workers against one. Who asks needs two cores of its own: there are bars from four cores on. */
export async function run(): Promise<BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'audience-sync-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'pg'), log: () => {} });
  const services: ServiceProcess[] = [];
  const generators = [new Child('load-generator'), new Child('load-generator')];
  try {
    for (const workers of [WORKERS, 1]) {
      const service = await ServiceProcess.start(directory, {
        database: { url: postgres.url },
        engage: { destinations: { bench: { token: TOKEN } } },
        http: { workers },
      });
      services.push(service);
      if (workers === WORKERS) await makeAudience(service);
    }
    return [await race(services, generators)];
  } finally {
    generators.forEach((generator) => generator.stop());
    await Promise.all(services.map((service) => service.stop()));
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Of one round. */
interface Figures {
  readonly rate: number;
  /** Microseconds a request, of all processes of the service. */
  readonly cpu: number;
}

async function race(
  [many, one]: readonly ServiceProcess[],
  generators: readonly Child[],
): Promise<BenchRow> {
  if (many === undefined || one === undefined) throw new Error('There must be two services.');
  const ours: Figures[] = [];
  const single: Figures[] = [];
  // The first round warms both and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ofOne = await figuresOf(one, generators);
    const ofMany = await figuresOf(many, generators);
    if (round === 0) continue;
    single.push(ofOne);
    ours.push(ofMany);
  }
  const of = (all: readonly Figures[], figure: keyof Figures): number =>
    median(all.map((figures) => figures[figure]));
  const cores = availableParallelism();
  const hasBar = cores >= WORKERS + generators.length;
  const costs = `${of(ours, 'cpu').toFixed(1)} against ${of(single, 'cpu').toFixed(1)} µs of CPU a request`;
  const why = hasBar ? '' : `; no bar: who asks takes ${generators.length} of ${cores} cores`;
  return {
    group: 'workers',
    name: `eval with ${WORKERS} workers against one (${costs}${why})`,
    ours: of(ours, 'rate').toFixed(0),
    reference: of(single, 'rate').toFixed(0),
    ratio: median(ours.map(({ rate }, index) => rate / (single[index]?.rate ?? Number.NaN))),
    ...(hasBar && { atLeast: WANTED }),
    unit: 'requests/s',
  };
}

async function figuresOf(service: ServiceProcess, generators: readonly Child[]): Promise<Figures> {
  const port = Number(new URL(service.base).port);
  const load = await loadFor(port, CONNECTIONS / generators.length);
  const before = await service.cpuMicroseconds();
  const results = await Promise.all(generators.map((generator) => generator.ask<LoadResult>(load)));
  const spent = (await service.cpuMicroseconds()) - before;
  const answers = results.reduce((sum, result) => sum + result.answers, 0);
  const milliseconds = Math.max(...results.map((result) => result.milliseconds));
  return { rate: (answers * 1000) / milliseconds, cpu: spent / answers };
}

async function loadFor(port: number, connections: number): Promise<Load> {
  const question: Question = {
    method: 'POST',
    path: '/api/default/eval',
    headers: { 'Content-Type': 'application/json' },
    bodies: [JSON.stringify({ key: `audience_${AUDIENCE}`, user: { Identifier: memberKey(0) } })],
  };
  const requests = bytesOf(question);
  const answer = await rawAnswer(port, requests[0] ?? Buffer.alloc(0));
  return {
    port,
    connections,
    milliseconds: ROUND_MS,
    requests,
    answerLength: answer.length,
    statusLine: 'HTTP/1.1 200 OK',
  };
}
