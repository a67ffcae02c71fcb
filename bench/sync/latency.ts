import { Client } from 'pg';
import { requestBytes, send } from '../ingest/sender.js';
import type { LimitRow } from '../row.js';
import type { Replicas } from './replicas.js';
import { WatchedMembers } from './watched-members.js';

const AUDIENCE = 'latency';
const FLAG = `audience_${AUDIENCE}`;
const WATCHED = 100;
const BATCH = 50;
const WATCHED_IN_BATCH = 5;
const INTERVAL_MS = 50;
const BATCHES = 480;
const SATURATED_BATCH = 1_000;
const SATURATED_BATCHES = 120;
const CONNECTIONS = 6;

const member = (n: number): string => `watched_${n}`;

/** From an event's request at one replica to the frame at another, while a thousand events come every second. */
export async function latencies(replicas: Replicas): Promise<LimitRow[]> {
  const run = new LatencyRun(replicas);
  await run.open();
  const group = 'sync';
  const name = 'event in at one replica, frame out at another, 1,000 events/s in batches of 50';
  const alone = await run.steady();
  const busy = await run.withForeignWrites(() => run.steady());
  const { rate, times } = await run.saturated();
  run.close();
  return [
    { group, name: `${name} (p50)`, ours: quantile(alone, 0.5), unit: 'ms' },
    { group, name: `${name} (p99)`, ours: quantile(alone, 0.99), atMost: 25, unit: 'ms' },
    {
      group,
      name: 'the same, with a foreign write transaction open half of every second (p50)',
      ours: quantile(busy, 0.5),
      unit: 'ms',
    },
    {
      group,
      name: 'the same, with a foreign write transaction open half of every second (p99)',
      ours: quantile(busy, 0.99),
      atMost: 25,
      unit: 'ms',
    },
    {
      group,
      name: `the same at saturation, ${rate.toFixed(0)} events/s in batches of 1,000 (p99)`,
      ours: quantile(times, 0.99),
      unit: 'ms',
    },
  ];
}

class LatencyRun {
  private watched: WatchedMembers | undefined;
  private turn = 0;
  private readonly states = new Map<string, boolean>();
  private stranger = 0;

  constructor(private readonly replicas: Replicas) {}

  async open(): Promise<void> {
    const all = Array.from({ length: WATCHED }, (_, n) => member(n));
    await this.post(0, this.events(all, 0));
    await this.evaluable();
    this.watched = await WatchedMembers.open(this.replicas.service(1).base, FLAG, all);
  }

  close(): void {
    this.watched?.close();
  }

  /** Milliseconds for each watched member that changed. */
  async steady(): Promise<number[]> {
    const times: Promise<number>[] = [];
    const start = performance.now();
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const wait = start + batch * INTERVAL_MS - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      times.push(...this.sendOne(BATCH));
    }
    return Promise.all(times);
  }

  async saturated(): Promise<{ readonly rate: number; readonly times: number[] }> {
    const times: Promise<number>[] = [];
    let left = SATURATED_BATCHES;
    const start = performance.now();
    const connection = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const sent = this.sendOne(SATURATED_BATCH, 1);
        times.push(...sent);
        await Promise.all(sent);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    const seconds = (performance.now() - start) / 1_000;
    return {
      rate: (SATURATED_BATCHES * SATURATED_BATCH) / seconds,
      times: await Promise.all(times),
    };
  }

  /** Half of each second some transaction of somebody else has written something and is open. */
  async withForeignWrites<Result>(work: () => Promise<Result>): Promise<Result> {
    const client = new Client({ connectionString: this.replicas.databaseUrl });
    await client.connect();
    await client.query('create table foreign_writes (n int)');
    const over = new AbortController();
    const writing = (async () => {
      while (!over.signal.aborted) {
        await client.query('begin');
        await client.query('insert into foreign_writes values (1)');
        await new Promise((resolve) => setTimeout(resolve, 500));
        await client.query('commit');
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    })();
    try {
      return await work();
    } finally {
      over.abort();
      await writing;
      await client.end();
    }
  }

  /** Some watched members change, among strangers. */
  private sendOne(size: number, watchedCount = WATCHED_IN_BATCH): Promise<number>[] {
    const { watched } = this;
    if (watched === undefined) throw new Error('not before open()');
    const members = Array.from({ length: watchedCount }, () => {
      this.turn += 1;
      return member(this.turn % WATCHED);
    });
    const start = performance.now();
    const frames = members.map(async (name) => (await watched.next(name)) - start);
    this.post(0, this.events(members, size - watchedCount)).catch((error: unknown) => {
      throw error;
    });
    return frames;
  }

  private events(members: readonly string[], strangers: number): unknown[] {
    const names = Array.from({ length: strangers }, () => `stranger_${(this.stranger += 1)}`);
    return [...members, ...names].map((userId) => {
      const isMember = this.states.get(userId) !== true;
      if (userId.startsWith('watched')) this.states.set(userId, isMember);
      return {
        type: 'identify',
        userId,
        timestamp: new Date().toISOString(),
        traits: { [AUDIENCE]: isMember },
        context: {
          personas: {
            computation_class: 'audience',
            computation_key: AUDIENCE,
            computation_id: `aud_${AUDIENCE}`,
          },
        },
      };
    });
  }

  private post(replica: number, events: readonly unknown[]): Promise<void> {
    const receiver = this.replicas.receiver(replica, '"received"');
    return send(receiver, [requestBytes(receiver, JSON.stringify(events))], 1);
  }

  private async evaluable(): Promise<void> {
    for (;;) {
      const answer = await fetch(`${this.replicas.service(1).base}/api/default/eval`, {
        method: 'POST',
        body: JSON.stringify({ key: FLAG, user: { Identifier: member(0) } }),
      });
      if ((await answer.text()).includes('true')) return;
    }
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
