import { BATCH_SIZE, batchBody, memberKey } from '../ingest/batches.js';
import { RawUpsert } from '../ingest/raw-upsert.js';
import { requestBytes, send } from '../ingest/sender.js';
import type { BenchRow } from '../row.js';
import type { Replicas } from './replicas.js';

const MEMBERS = 1_000_000;
const CONNECTIONS = 6;
const AUDIENCE = 'first_sync';
/** Requests that are made ahead, while nothing is measured. */
const PREPARED = 100;

/** A million members from Segment's requests to being evaluated at every replica, against the bare upsert of as many. */
export async function firstSync(replicas: Replicas): Promise<BenchRow> {
  const raw = new RawUpsert(replicas.databaseUrl);
  await raw.prepare();
  const rawStart = performance.now();
  await raw.write(MEMBERS / BATCH_SIZE);
  const rawSeconds = (performance.now() - rawStart) / 1_000;
  await raw.close();

  const receiver = replicas.receiver(0, `"added":${BATCH_SIZE}`);
  let milliseconds = 0;
  for (let first = 0; first < MEMBERS; first += PREPARED * BATCH_SIZE) {
    const requests = Array.from({ length: PREPARED }, (_, batch) =>
      requestBytes(receiver, batchBody(AUDIENCE, first + batch * BATCH_SIZE)),
    );
    const start = performance.now();
    await send(receiver, requests, CONNECTIONS);
    milliseconds += performance.now() - start;
  }
  const start = performance.now();
  await Promise.all(replicas.services.map(({ base }) => evaluable(base)));
  milliseconds += performance.now() - start;
  const seconds = milliseconds / 1_000;
  return {
    group: 'sync',
    name: 'first sync of a million members, from HTTP to evaluable at both replicas (reference: the bare upsert of as many rows)',
    ours: seconds.toFixed(1),
    reference: rawSeconds.toFixed(1),
    ratio: rawSeconds / seconds,
    unit: 's',
  };
}

/** The last member that was sent is one here. */
async function evaluable(base: string): Promise<void> {
  const user = { Identifier: memberKey(MEMBERS - 1) };
  for (;;) {
    const answer = await fetch(`${base}/api/default/eval`, {
      method: 'POST',
      body: JSON.stringify({ key: `audience_${AUDIENCE}`, user }),
    });
    if ((await answer.text()).includes('true')) return;
  }
}
