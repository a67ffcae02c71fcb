import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Client } from 'pg';
import { BATCH_SIZE, batchBody } from '../ingest/batches.js';
import { requestBytes, send } from '../ingest/sender.js';
import { median } from '../median.js';
import { figuresOf } from '../membership/index-figures.js';
import type { BenchRow } from '../row.js';
import { Replicas } from '../sync/replicas.js';
import { growthChart, type Curve } from './growth-chart.js';

const SMALLEST = 1_000_000;
const SIZES = [SMALLEST, 2_500_000, 5_000_000, 10_000_000];
const ROUNDS = 7;
const BATCHES = 60;
const CONNECTIONS = 6;
const DIRECTORY = join(import.meta.dirname, '../../../docs/benchmarks');

/** What of one size was measured. */
interface Point {
  readonly ingest: number;
  /** Against the service beside a million, in alternating rounds. */
  readonly ingestRatio: number;
  readonly hot: number;
  readonly cold: number;
  readonly bytes: number;
}

/** `npm run bench:large`: does ten times the members cost more? Draws docs/benchmarks anew. */
export async function run(): Promise<BenchRow[]> {
  const points: Point[] = [];
  const [replicas, small] = [await Replicas.start(1), await Replicas.start(1)];
  try {
    await fill(small.databaseUrl, SMALLEST);
    for (const size of SIZES) {
      await fill(replicas.databaseUrl, size);
      const { ingest, ingestRatio } = await ingestRates(replicas, small, size);
      const { hot, cold, bytes } = await figuresOf(size);
      points.push({ ingest, ingestRatio, hot, cold, bytes });
    }
  } finally {
    await Promise.all([replicas.stop(), small.stop()]);
  }
  await draw(points);
  return rows(points);
}

/** So many members in the table, of one audience. */
async function fill(databaseUrl: string, size: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `insert into audience (id, destination, context_kind, name, attribute)
     values (1, 'large', 'user', 'large', 'Identifier') on conflict do nothing`,
  );
  await client.query(
    `insert into membership (member_set, member_key, is_member, event_at, changed_at)
     select 1, 'large_' || lpad(n::text, 14, '0'), true, now(), now()
     from generate_series((select count(*) from membership where member_set = 1) + 1, $1::bigint) n`,
    [size],
  );
  await client.query('vacuum analyze membership');
  await client.query('checkpoint');
  await client.end();
}

async function ingestRates(
  replicas: Replicas,
  small: Replicas,
  size: number,
): Promise<Pick<Point, 'ingest' | 'ingestRatio'>> {
  const rates: number[] = [];
  const ratios: number[] = [];
  // The first round warms both and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const reference = await ingestRate(small, `growth_${size}_${round}`);
    const rate = await ingestRate(replicas, `growth_${size}_${round}`);
    if (round === 0) continue;
    rates.push(rate);
    ratios.push(rate / reference);
  }
  return { ingest: median(rates), ingestRatio: median(ratios) };
}

/** Events a second, of members who are new. */
async function ingestRate(replicas: Replicas, audience: string): Promise<number> {
  const receiver = replicas.receiver(0, `"added":${BATCH_SIZE}`);
  const requests = Array.from({ length: BATCHES }, (_, batch) =>
    requestBytes(receiver, batchBody(audience, batch * BATCH_SIZE)),
  );
  const start = performance.now();
  await send(receiver, requests, CONNECTIONS);
  return (BATCHES * BATCH_SIZE * 1_000) / (performance.now() - start);
}

function rows(points: readonly Point[]): BenchRow[] {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) throw new Error('nothing was measured');
  return [
    {
      group: 'large',
      name: 'ingest beside 10 million members, against 1 million',
      ours: last.ingest.toFixed(0),
      reference: (last.ingest / last.ingestRatio).toFixed(0),
      ratio: last.ingestRatio,
      atLeast: 0.8,
      unit: 'events/s',
    },
    {
      group: 'large',
      name: 'a hot look-up among 10 million members, against 1 million',
      ours: last.hot.toFixed(0),
      reference: first.hot.toFixed(0),
      ratio: first.hot / last.hot,
      atLeast: 0.8,
      unit: 'ns',
    },
    {
      group: 'large',
      name: 'resident bytes a membership, the same',
      ours: last.bytes.toFixed(1),
      reference: first.bytes.toFixed(1),
      ratio: first.bytes / last.bytes,
      unit: 'bytes',
    },
  ];
}

async function draw(points: readonly Point[]): Promise<void> {
  const curves: Curve[] = [
    { name: 'Ingest, durable, over HTTP', unit: 'events/s', values: points.map((p) => p.ingest) },
    { name: 'Look-up, a thousand members in turn', unit: 'ns', values: points.map((p) => p.hot) },
    { name: 'Look-up, 400,000 members in turn', unit: 'ns', values: points.map((p) => p.cold) },
  ];
  await mkdir(DIRECTORY, { recursive: true });
  await writeFile(join(DIRECTORY, 'growth.svg'), growthChart(SIZES, curves));
  const lines = SIZES.map((size, index) => {
    const { ingest = 0, hot = 0, cold = 0, bytes = 0 } = points[index] ?? {};
    return `| ${size / 1e6} million | ${Math.round(ingest).toLocaleString('en')} | ${hot.toFixed(0)} | ${cold.toFixed(0)} | ${bytes.toFixed(1)} |`;
  });
  await writeFile(join(DIRECTORY, 'README.md'), page(lines, points));
}

function page(lines: readonly string[], points: readonly Point[]): string {
  return `# Ten times the members

Drawn by \`npm run bench:large\` (Node ${process.versions.node}, ${cpus().length} cores that PostgreSQL, the service and the sender share). Absolute figures mean nothing on another machine; whether a curve is flat does.

![Ingest and look-ups from 1 to 10 million members](growth.svg)

| members | ingest, events/s | look-up, 1,000 in turn, ns | look-up, 400,000 in turn, ns | resident bytes a membership |
| --- | --- | --- | --- | --- |
${lines.join('\n')}

Ingest: batches of 1,000 events of new members over HTTP, each answered once it is committed, while the table holds so many others (median of ${ROUNDS} rounds, each beside one of a service with a million: ${points.map(({ ingestRatio }) => ingestRatio.toFixed(2)).join(', ')} times its rate). Look-ups: in one index of so many memberships in twenty audiences. The second kind reaches all over the memory, so it is the processor's caches and page tables that it measures.
`;
}
