import process from 'node:process';
import type { Child } from '../proxy/child.js';
import { median } from '../median.js';
import type { BenchRow, LimitRow } from '../row.js';
import type { CrowdReply } from './crowd.js';
import { enter } from './members.js';
import type { ProbeReply } from './probe.js';
import type { ProbedService } from './probed-service.js';

const ROUNDS = 7;
/** Changes of one member, one after the other. */
const CHANGES = 500;
const BATCH = 5_000;
/** After a change, whoever would be woken wrongly gets so long to say so. */
const QUIET_MS = 500;
/** No slice of work may hold the event loop for longer. */
const HOLD_MS = 20;

export interface Watched {
  readonly service: ProbedService;
  readonly crowd: Child;
  /** How many streams the crowd reads. */
  readonly size: number;
}

export interface WatchedConfig extends Watched {
  readonly bare: Child;
  readonly bareCrowd: Child;
  readonly change: () => Promise<void>;
}

/** A config that changes for all, beside a bare loop that writes one frame to as many sockets. */
export async function changeToAll(
  watched: WatchedConfig,
): Promise<readonly (BenchRow | LimitRow)[]> {
  const { service, crowd, bare, bareCrowd, size, change } = watched;
  const ours: number[] = [];
  const reference: number[] = [];
  const slices: ProbeReply[] = [];
  await service.ask();
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = await bare.ask<number>({ kind: 'write' });
    reference.push((await arrival(bareCrowd, size)) - start);
    await change();
    const at = await arrival(crowd, size);
    const reply = await service.ask();
    ours.push(at - reply.seenAt);
    slices.push(reply);
  }
  return [
    {
      group: 'sse',
      name: `a config change to ${size}, from the moment that the new config evaluates (median of ${ROUNDS} rounds, the most ${Math.max(...ours).toFixed(0)} ms)`,
      ours: median(ours),
      atMost: 300,
      unit: 'ms',
    },
    {
      group: 'sse',
      name: 'the same, against a bare loop of socket.write of the same frame',
      ours: median(ours).toFixed(0),
      reference: median(reference).toFixed(0),
      ratio: median(reference.map((time, round) => time / (ours[round] ?? Number.NaN))),
      unit: 'ms',
    },
    longestSlice('the same', slices),
  ];
}

/** One member's change, and nobody else hears of it. */
export async function changeToOne({ service, crowd, size }: Watched): Promise<readonly LimitRow[]> {
  const fromSeen: number[] = [];
  const fromSent: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    const sent = Number(process.hrtime.bigint()) / 1e6;
    await enter(service.base, [`user_${(change * 7_919) % size}`]);
    const at = await arrival(crowd, 1);
    fromSent.push(at - sent);
    fromSeen.push(at - (await service.ask()).seenAt);
  }
  const { messages } = await crowd.ask<CrowdReply>({ kind: 'listen', duration: QUIET_MS });
  if (messages > 0) throw new Error(`${messages} streams were told of what does not concern them`);
  return [
    {
      group: 'sse',
      name: `one member's change to its one stream of ${size}, from the moment that this process reads it in the feed (p99 of ${CHANGES}; the others heard nothing)`,
      ours: percentile(fromSeen, 0.99),
      atMost: 5,
      unit: 'ms',
    },
    {
      group: 'sse',
      name: `the same, from Segment's request (p50 ${percentile(fromSent, 0.5).toFixed(1)} ms, p99)`,
      ours: percentile(fromSent, 0.99),
      unit: 'ms',
    },
  ];
}

/** Batches that thousands of streams hear of. */
export async function changeToThousands({ service, crowd }: Watched): Promise<readonly LimitRow[]> {
  const users = Array.from({ length: BATCH }, (_, n) => `user_${n}`);
  const slices: ProbeReply[] = [];
  let told = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await service.ask();
    await enter(service.base, users, round % 2 === 0);
    told += (await crowd.ask<CrowdReply>({ kind: 'listen', duration: QUIET_MS })).messages;
    slices.push(await service.ask());
  }
  return [
    longestSlice(
      `${BATCH} members in one request, ${Math.round(told / ROUNDS)} streams told each time`,
      slices,
    ),
  ];
}

/** The machine is shared: a slice in which another process had the core is longer than its work. */
function longestSlice(name: string, rounds: readonly ProbeReply[]): LimitRow {
  const longest = Math.max(...rounds.map(({ slice }) => slice)).toFixed(1);
  return {
    group: 'sse',
    name: `${name}: most work in one slice (on the clock ${longest} ms; ${rounds.length} rounds)`,
    ours: Math.max(...rounds.map(({ sliceWork }) => sliceWork)),
    atMost: HOLD_MS,
    unit: 'ms',
  };
}

async function arrival(crowd: Child, messages: number): Promise<number> {
  const reply = await crowd.ask<CrowdReply>({ kind: 'await', messages });
  if (reply.messages !== messages) {
    throw new Error(`${reply.messages} messages came where ${messages} were due`);
  }
  return reply.at;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
