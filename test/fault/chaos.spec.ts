import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { stringify } from 'yaml';
import { expectAgreement } from '../support/agreement.js';
import { Churn } from '../support/churn.js';
import { createTestDatabase } from '../support/postgres.js';
import { randomOf } from '../support/random.js';
import { Rows } from '../support/rows.js';
import { testOptions } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { PATIENCE } from '../support/test-bed.js';
import { Witness } from '../support/witness.js';

/** `npm run chaos` asks for more; `CHAOS_SEED` repeats a run's choices, if not its moments. */
const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 5);
const SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const REPLICAS = 2;
const ROUND_MS = 20_000;
/** A kill comes after so many good answers at most, and so many milliseconds. */
const MOST_ANSWERS = 30;
const LONGEST_PAUSE_MS = 40;

it(
  `Nothing that was answered is lost by kill -9 of a replica under load, at ${ROUNDS} random moments`,
  async () => {
    const random = randomOf(SEED);
    const database = await createTestDatabase();
    const rows = await new Rows(database.url).connect();
    const directory = await mkdtemp(join(tmpdir(), 'audience-sync-chaos-'));
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

    for (let round = 0; round < ROUNDS; round += 1) {
      const churn = new Churn(() => bases, random, round);
      churn.start();
      const wanted = 1 + Math.floor(random() * MOST_ANSWERS);
      await vi.waitUntil(() => churn.answered >= wanted, { ...PATIENCE, interval: 1 });
      await pause(random() * LONGEST_PAUSE_MS);

      const victim = Math.floor(random() * REPLICAS);
      replicas[victim]?.kill('SIGKILL');
      await replicas[victim]?.end;
      bases = bases.filter((_base, index) => index !== victim);
      // The others go on.
      const after = churn.answered + 5;
      await vi.waitUntil(() => churn.answered >= after, PATIENCE);
      replicas[victim] = await start();
      bases = replicas.map(({ base }) => base);
      await churn.stop();

      await expectAgreement({ churn, rows, replicas: bases });
      await witness.expectWhole(rows);
      expect(churn.answered).toBeGreaterThanOrEqual(after);
    }
    const ends = await Promise.all(replicas.map((service) => service.stop()));
    expect(ends.map(({ code }) => code)).toEqual(replicas.map(() => 0));
    await witness.stop();
    await rows.end();
    await rm(directory, { recursive: true, force: true });
    await database.drop();
  },
  ROUNDS * ROUND_MS,
);
