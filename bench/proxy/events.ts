import type { BenchRow } from '../row.js';
import { ServiceProcess } from '../service-process.js';
import { Child } from './child.js';
import { figuresOf, type Figures, type Server } from './contest.js';
import type { Question } from './exchange.js';

/** Not counted. */
const WARM_ROUNDS = 4;
/** More than for other rows: what is measured here is a few percent. */
const ROUNDS = 21;

interface Surroundings {
  readonly directory: string;
  /** Of the service without events. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly question: Question;
}

/**
 * What `Feature Flag Evaluated` events cost an evaluation: a service that sends them, to a server that
 * takes them all, against one that does not. Compared is the CPU a request: what waits is sent on
 * while the other one is asked, and would slow that one down.
 */
export async function eventsRace({
  directory,
  options,
  question,
}: Surroundings): Promise<BenchRow[]> {
  const segment = new Child('reference-server');
  const generator = new Child('load-generator');
  try {
    const { port }: { readonly port: number } = await segment.ask({
      status: 200,
      headers: ['Content-Type', 'application/json'],
      body: Buffer.from('{"success":true}'),
      isText: true,
      etag: undefined,
    });
    const rows: BenchRow[] = [];
    for (const [name, evaluated] of [
      ['users who come again', {}],
      ['every evaluation an event', { repeat_after: '0s' }],
    ] as const) {
      const host = `http://127.0.0.1:${port}`;
      const told = { ...options, segment: { write_key: 'bench', host, evaluated } };
      // Both as young: what has run for longer is compiled better.
      const without = await ServiceProcess.start(directory, options);
      const service = await ServiceProcess.start(directory, told);
      try {
        rows.push(await raceOf(name, [service, without], { question, generator }));
      } finally {
        await Promise.all([service.stop(), without.stop()]);
      }
    }
    return rows;
  } finally {
    segment.stop();
    generator.stop();
  }
}

async function raceOf(
  name: string,
  [service, without]: readonly [ServiceProcess, ServiceProcess],
  { question, generator }: { readonly question: Question; readonly generator: Child },
): Promise<BenchRow> {
  const ours: Figures[] = [];
  const reference: Figures[] = [];
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    const off = await figuresOf(serverOf(without), question, generator);
    const on = await figuresOf(serverOf(service), question, generator);
    if (round < 0) continue;
    reference.push(off);
    ours.push(on);
  }
  const [on, off] = [meanCpu(ours), meanCpu(reference)];
  return {
    group: 'proxy',
    name: `eval with Feature Flag Evaluated events, against without; ${name}`,
    ours: on.toFixed(2),
    reference: off.toFixed(2),
    ratio: off / on,
    atLeast: 0.95,
    unit: 'µs of CPU',
  };
}

/** Not the median: the kernel counts in steps of 2 % of a round. */
function meanCpu(all: readonly Figures[]): number {
  return all.reduce((sum, { cpu }) => sum + cpu, 0) / all.length;
}

function serverOf(service: ServiceProcess): Server {
  return {
    port: Number(new URL(service.base).port),
    cpuMicroseconds: () => service.cpuMicroseconds(),
  };
}
