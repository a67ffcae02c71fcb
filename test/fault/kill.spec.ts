import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { entries } from '../support/builders.js';
import { killServer } from '../support/embedded-directory.js';
import { createTestDatabase } from '../support/postgres.js';
import { Rows } from '../support/rows.js';
import { SpawnedService } from '../support/spawned-service.js';
import { flagAt, PATIENCE, sendTo } from '../support/test-bed.js';
import { watchOver } from '../support/test-server.js';

const SENDERS = 4;
const BATCH = 50;
const FLAG = 'audience_power_users';

let directory: string;
let dismissWatch: () => void;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audience-sync-kill-'));
  dismissWatch = watchOver(join(directory, '.data'));
});
afterEach(async () => {
  // A server that a failed test left is the watch's to stop, when this process ends.
  if (existsSync(postmasterFile())) return;
  dismissWatch();
  await rm(directory, { recursive: true, force: true });
});

function postmasterFile(): string {
  return join(directory, '.data', 'postgres', 'postmaster.pid');
}

/** On the database given, or on an embedded one. */
function start(databaseUrl?: string): Promise<SpawnedService> {
  const service = new SpawnedService({ cwd: directory, env: { DATABASE_URL: databaseUrl } });
  onTestFinished(() => service.kill('SIGKILL'));
  return service.ready();
}

/** Sends new members without a pause, until the service is gone. */
class Sender {
  /** The members of every request that was answered with 200. */
  readonly answered: string[] = [];
  readonly #done: Promise<void>;

  constructor(base: string, name: string, headers: Readonly<Record<string, string>>) {
    this.#done = this.#run(base, name, headers);
  }

  get done(): Promise<void> {
    return this.#done;
  }

  async #run(base: string, name: string, headers: Readonly<Record<string, string>>): Promise<void> {
    for (let round = 0; ; round += 1) {
      const members = Array.from({ length: BATCH }, (_, n) => `${name}-${round}-${n}`);
      const batch = entries(BATCH).map((event, n) => ({ ...event, userId: members[n] }));
      try {
        const { status } = await sendTo(base, batch, { destination: 'engage', headers });
        if (status === 200) this.answered.push(...members);
      } catch {
        return;
      }
    }
  }
}

/** Blasts the service until enough was answered, kills it at once, and tells what was answered. */
async function killWhileSending(
  service: SpawnedService,
  round: number,
): Promise<readonly string[]> {
  const token = await readFile(join(directory, '.data', 'token'), 'utf8');
  const headers = { authorization: `Bearer ${token.trim()}` };
  const senders = Array.from(
    { length: SENDERS },
    (_, n) => new Sender(service.base, `round${round}-sender${n}`, headers),
  );
  await expect
    .poll(() => senders.every(({ answered }) => answered.length > 0), { ...PATIENCE, interval: 1 })
    .toBe(true);
  service.kill('SIGKILL');
  await Promise.all(senders.map(({ done }) => done));
  await service.end;
  return senders.flatMap(({ answered }) => answered);
}

describe('An event answered with 2xx is durable: a kill -9 right after the answer loses nothing', () => {
  it('of the service, five times over', async () => {
    const database = await createTestDatabase();
    const rows = await new Rows(database.url).connect();
    const answered: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const service = await start(database.url);
      answered.push(...(await killWhileSending(service, round)));
      const stored = new Set((await rows.memberships('engage')).map(([member]) => member));
      expect(answered.filter((member) => !stored.has(member))).toEqual([]);
    }
    const last = await start(database.url);
    for (const identifier of answered.filter((_, n) => n % 97 === 0)) {
      expect(await flagAt(last.base, FLAG, { identifier })).toBe(true);
    }
    await last.stop();
    await rows.end();
    await database.drop();
  }, 120_000);

  it('of the service and its embedded PostgreSQL together', async () => {
    const answered: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const service = await start();
      answered.push(...(await killWhileSending(service, round)));
      const [pid] = (await readFile(postmasterFile(), 'utf8')).split('\n');
      await killServer(Number(pid));
    }
    const last = await start();
    const lost: string[] = [];
    for (const identifier of answered) {
      if ((await flagAt(last.base, FLAG, { identifier })) !== true) lost.push(identifier);
    }
    expect(lost).toEqual([]);
    expect((await last.stop()).code).toBe(0);
  }, 120_000);
});
