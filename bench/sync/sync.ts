import type { BenchRow, LimitRow } from '../row.js';
import { firstSync } from './first-sync.js';
import { latencies } from './latency.js';
import { Replicas } from './replicas.js';
import { singleEvents } from './single-events.js';

/** Two replicas over one PostgreSQL: how soon one knows what the other was told. */
export async function run(): Promise<Array<BenchRow | LimitRow>> {
  const replicas = await Replicas.start(2);
  try {
    return [
      ...(await latencies(replicas)),
      await singleEvents(replicas),
      await firstSync(replicas),
    ];
  } finally {
    await replicas.stop();
  }
}
