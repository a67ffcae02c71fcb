import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { stringify } from 'yaml';
import { expectAgreement } from '../support/agreement.js';
import { identify } from '../support/builders.js';
import { Churn } from '../support/churn.js';
import { EventStream } from '../support/event-stream.js';
import { Gate } from '../support/gate.js';
import { createTestDatabase } from '../support/postgres.js';
import { randomOf } from '../support/random.js';
import { Rows } from '../support/rows.js';
import { testOptions } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { flagAt, PATIENCE, sendTo } from '../support/test-bed.js';
import { Witness } from '../support/witness.js';

const REPLICAS = 2;

it('A rolling restart refuses no event, loses none, and interrupts a stream for its reconnect alone', async () => {
  const database = await createTestDatabase();
  const rows = await new Rows(database.url).connect();
  const directory = await mkdtemp(join(tmpdir(), 'audience-sync-rolling-'));
  const options = testOptions(database.url, { log: { level: 'info' } });
  await writeFile(join(directory, 'options.yml'), stringify(options));
  const start = (): Promise<SpawnedService> => {
    const service = new SpawnedService({ cwd: directory });
    onTestFinished(() => service.kill('SIGKILL'));
    return service.ready();
  };
  const witness = await Witness.start(database.url);
  const replicas = await Promise.all(Array.from({ length: REPLICAS }, start));
  let bases = replicas.map(({ base }) => base);
  /** As a load balancer does: what is there stays where it is, what is new goes elsewhere. */
  const balancer = await Gate.before(bases[0] ?? '');
  onTestFinished(() => balancer.shut());
  const churn = new Churn(() => bases, randomOf(11));
  churn.start();

  let flips = 0;
  /** @returns whether she is a member from now on. */
  const flip = async (): Promise<boolean> => {
    flips += 1;
    const isMember = flips % 2 === 1;
    const at = new Date(Date.UTC(2024, 4, 3) + flips * 1_000).toISOString();
    const { status } = await sendTo(
      bases[0] ?? '',
      identify({ key: 'rolled', userId: 'ada', isMember, at }),
    );
    expect(status).toBe(200);
    return isMember;
  };
  await flip();
  await expect
    .poll(() => flagAt(bases[0] ?? '', 'audience_rolled', { identifier: 'ada' }), PATIENCE)
    .toBe(true);
  const stream = new EventStream(new URL(balancer.url).origin, {
    key: 'audience_rolled',
    user: { Identifier: 'ada' },
  });
  await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: true });

  for (const [index, replica] of replicas.entries()) {
    bases = replicas.filter((other) => other !== replica).map(({ base }) => base);
    balancer.retarget(bases[0] ?? '');
    const ended = replica.stop();
    // Told by the other replica, while this one is away.
    const value = await flip();
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value });
    expect(await ended).toMatchObject({ code: 0 });
    const known = stream.messages.length;
    const next = await flip();
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: next });
    expect(stream.messages).toHaveLength(known + 1);
    replicas[index] = await start();
    bases = replicas.map(({ base }) => base);
    const wanted = churn.answered + 20;
    await vi.waitUntil(() => churn.answered >= wanted, PATIENCE);
  }
  await churn.stop();
  expect(churn.refused).toBe(0);
  await expectAgreement({ churn, rows, replicas: bases });
  await witness.expectWhole(rows);

  await Promise.all([...replicas.map((replica) => replica.stop()), witness.stop()]);
  await rows.end();
  await rm(directory, { recursive: true, force: true });
  await database.drop();
}, 120_000);
