import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { expectAgreement } from '../support/agreement.js';
import { Churn } from '../support/churn.js';
import { EmbeddedDirectory, killServer } from '../support/embedded-directory.js';
import { Gate } from '../support/gate.js';
import { randomOf } from '../support/random.js';
import { Rows } from '../support/rows.js';
import { startTestService } from '../support/service.js';
import { PATIENCE } from '../support/test-bed.js';
import { Witness } from '../support/witness.js';

const ROUNDS = 3;
const ROUND_MS = 30_000;
const LONGEST_PAUSE_MS = 40;

const directory = new EmbeddedDirectory();

it(
  'Promise 1: nothing that was answered is lost by kill -9 of PostgreSQL under load, and every replica goes on by itself',
  async () => {
    const random = randomOf(3);
    const server = await directory.start();
    const gate = await Gate.before(server.url);
    onTestFinished(() => gate.shut());
    const replicas = await Promise.all([startTestService(gate.url), startTestService(gate.url)]);
    const witness = await Witness.start(gate.url);

    for (let round = 0; round < ROUNDS; round += 1) {
      const churn = new Churn(() => replicas.map(({ base }) => base), random, round);
      churn.start();
      await vi.waitUntil(() => churn.answered > 20, { ...PATIENCE, interval: 1 });
      await pause(random() * LONGEST_PAUSE_MS);

      const killed = server.pid;
      await killServer(killed);
      const before = churn.answered;
      await vi.waitUntil(() => churn.refused > 0, PATIENCE);
      await vi.waitUntil(() => churn.answered > before + 20, PATIENCE);
      expect(server.pid).not.toBe(killed);
      await churn.stop();

      const rows = await new Rows(server.url).connect();
      await expectAgreement({ churn, rows, replicas: replicas.map(({ base }) => base) });
      await witness.expectWhole(rows);
      await rows.end();
    }
    await Promise.all([...replicas.map((replica) => replica.stop()), witness.stop()]);
  },
  ROUNDS * ROUND_MS,
);
