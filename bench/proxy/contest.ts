import { connect } from 'node:net';
import { median } from '../median.js';
import type { BenchRow } from '../row.js';
import type { ServiceProcess } from '../service-process.js';
import { Child } from './child.js';
import { answerTo, bytesOf, type Question } from './exchange.js';
import type { Load, LoadResult } from './load-generator.js';

const ROUNDS = 11;
const ROUND_MS = 500;
const CONNECTIONS = 64;

export interface Contest {
  readonly name: string;
  readonly question: Question;
  readonly status: number;
  readonly atLeast: number;
}

/** A server, and what it has used of its processor. */
export interface Server {
  readonly port: number;
  readonly cpuMicroseconds: () => Promise<number>;
}

/** Of one round. */
export interface Figures {
  readonly rate: number;
  /** Microseconds a request, of the server. */
  readonly cpu: number;
  /** Of a core, at most 1: whether the server was what held things up. */
  readonly busy: number;
}

/**
 * The service against a bare server that answers the same bytes under the same headers. Neither
 * process is pinned to a core: with two cores, one is left to whoever asks.
 */
export async function race(service: ServiceProcess, contest: Contest): Promise<BenchRow> {
  const { name, question, status, atLeast } = contest;
  const port = Number(new URL(service.base).port);
  const answer = await answerTo(port, question);
  if (answer.status !== status) throw new Error(`${name}: ${answer.status} for ${question.path}`);
  const reference = new Child('reference-server');
  const generator = new Child('load-generator');
  try {
    const address: { readonly port: number } = await reference.ask(answer);
    const ourServer = { port, cpuMicroseconds: () => service.cpuMicroseconds() };
    const bareServer = {
      port: address.port,
      cpuMicroseconds: () => reference.cpuMicroseconds(),
    };
    const ours: Figures[] = [];
    const bare: Figures[] = [];
    // The first round warms both and is not counted.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const bareFigures = await figuresOf(bareServer, question, generator);
      const ourFigures = await figuresOf(ourServer, question, generator);
      if (round === 0) continue;
      bare.push(bareFigures);
      ours.push(ourFigures);
    }
    const of = (all: readonly Figures[], figure: keyof Figures): number =>
      median(all.map((figures) => figures[figure]));
    const costs = `${of(ours, 'cpu').toFixed(1)} against ${of(bare, 'cpu').toFixed(1)} µs of CPU a request`;
    const busy = `${percent(of(ours, 'busy'))} and ${percent(of(bare, 'busy'))} of a core`;
    return {
      group: 'proxy',
      name: `${name} (${costs}, at ${busy})`,
      ours: of(ours, 'rate').toFixed(0),
      reference: of(bare, 'rate').toFixed(0),
      ratio: median(ours.map(({ rate }, index) => rate / (bare[index]?.rate ?? Number.NaN))),
      atLeast,
      unit: 'requests/s',
    };
  } finally {
    reference.stop();
    generator.stop();
  }
}

/** One round of load. */
export async function figuresOf(
  server: Server,
  question: Question,
  generator: Child,
): Promise<Figures> {
  const requests = bytesOf(question);
  const answer = await rawAnswer(server.port, requests[0] ?? Buffer.alloc(0));
  const load: Load = {
    port: server.port,
    connections: CONNECTIONS,
    milliseconds: ROUND_MS,
    requests,
    answerLength: answer.length,
    statusLine: answer.toString('latin1', 0, answer.indexOf('\r')),
  };
  const before = await server.cpuMicroseconds();
  const { answers, milliseconds }: LoadResult = await generator.ask(load);
  const spent = (await server.cpuMicroseconds()) - before;
  return {
    rate: (answers * 1000) / milliseconds,
    cpu: spent / answers,
    busy: spent / 1000 / milliseconds,
  };
}

/** As it comes over the wire. */
export function rawAnswer(port: number, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      const head = all.indexOf('\r\n\r\n');
      if (head < 0) return;
      const [, length = '0'] =
        /^content-length: (\d+)/im.exec(all.toString('latin1', 0, head)) ?? [];
      if (all.length >= head + 4 + Number(length)) {
        resolve(all);
        socket.destroy();
      }
    });
    socket.on('error', reject);
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
