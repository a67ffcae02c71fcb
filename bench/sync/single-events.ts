import { batchBody } from '../ingest/batches.js';
import { requestBytes, send } from '../ingest/sender.js';
import { median } from '../median.js';
import type { BenchRow } from '../row.js';
import type { Replicas } from './replicas.js';

const ROUNDS = 5;
const EVENTS = 6_000;
const CONNECTIONS = 64;

/** One event a request, as Segment sends it without batching; its reference is what a batch costs. */
export async function singleEvents(replicas: Replicas): Promise<BenchRow> {
  const receiver = replicas.receiver(0, '"received":1,');
  const batched = replicas.receiver(0, '"received":1000,');
  const rates: number[] = [];
  const costs: number[] = [];
  const batchCosts: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const bodies = Array.from({ length: EVENTS / 1_000 }, (_, batch) =>
      batchBody(`single_${round}`, batch * 1_000),
    );
    const others = bodies.map((body) =>
      requestBytes(batched, body.replaceAll(`single_${round}`, `batched_${round}`)),
    );
    const requests = bodies
      .flatMap((body): unknown[] => JSON.parse(body))
      .map((event) => requestBytes(receiver, JSON.stringify(event)));
    const before = await replicas.service(0).cpuMicroseconds();
    const start = performance.now();
    await send(receiver, requests, CONNECTIONS);
    const seconds = (performance.now() - start) / 1_000;
    const between = await replicas.service(0).cpuMicroseconds();
    await send(batched, others, 6);
    const after = await replicas.service(0).cpuMicroseconds();
    if (round === 0) continue;
    rates.push(EVENTS / seconds);
    costs.push((between - before) / EVENTS);
    batchCosts.push((after - between) / EVENTS);
  }
  const [cost, batchCost] = [median(costs), median(batchCosts)];
  return {
    group: 'sync',
    name: `one event a request, ${CONNECTIONS} connections: ${median(rates).toFixed(0)} events/s, durable; CPU of the service (reference: in batches of 1,000)`,
    ours: cost.toFixed(1),
    reference: batchCost.toFixed(1),
    ratio: batchCost / cost,
    unit: 'µs an event',
  };
}
