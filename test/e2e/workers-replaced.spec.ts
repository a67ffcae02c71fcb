import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { identify } from '../support/builders.js';
import { CertificateFiles } from '../support/certificate-files.js';
import { eventually } from '../support/eventually.js';
import { Gate } from '../support/gate.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { testOptions, type OptionsTree } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { sendTo } from '../support/test-bed.js';
import { watchOver } from '../support/test-server.js';
import { workersOf } from '../support/worker-processes.js';

// Three processes that start, on a machine that runs other tests, too.
vi.setConfig({ testTimeout: 90_000 });

const CLIENTS = 6;
const PATIENCE_MS = 15_000;

describe('a worker that takes the place of one that died', () => {
  const certificate = new CertificateFiles();
  let database: TestDatabase;
  let gate: Gate;
  let directory = '';
  let service: SpawnedService;

  beforeAll(async () => {
    database = await createTestDatabase();
    gate = await Gate.before(database.url);
  });
  afterAll(async () => {
    await gate.shut();
    await database.drop();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'audience-sync-replaced-'));
  });
  afterEach(async () => {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function writeOptions(overrides: OptionsTree = {}): Promise<void> {
    const options = testOptions(gate.url, {
      diag: { enabled: true },
      http: { port: 0, host: '127.0.0.1', workers: 2 },
      ...overrides,
    });
    await writeFile(join(directory, 'options.yml'), stringify(options));
  }

  async function start(): Promise<void> {
    service = new SpawnedService({ cwd: directory });
    await service.listening();
    await ready();
  }

  /** All workers have what they need. */
  async function ready(): Promise<void> {
    await eventually(async () => {
      expect((await fetch(`${service.diagnostics}/readyz`)).status).toBe(200);
    });
  }

  async function killOne(): Promise<void> {
    const [worker = 0] = await workersOf(service.pid);
    process.kill(worker, 'SIGKILL');
  }

  /** On a connection of its own. */
  async function evaluate(): Promise<number | string> {
    const body = JSON.stringify({ key: 'audience_power_users', user: { Identifier: 'ada' } });
    try {
      const answer = await fetch(`${service.base}/api/default/eval`, {
        method: 'POST',
        headers: { Connection: 'close' },
        body,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await answer.text();
      return answer.status;
    } catch (error) {
      return error instanceof Error ? error.name : String(error);
    }
  }

  it('gets requests only when it can answer them, and leaves no client waiting', async () => {
    await writeOptions();
    await start();
    expect((await sendTo(service.base, identify({ userId: 'ada' }))).status).toBe(200);
    await eventually(async () => expect([await evaluate(), await evaluate()]).toEqual([200, 200]));
    const answers = new Map<number | string, number>();
    const over = new AbortController();
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (!over.signal.aborted) {
        const answer = await evaluate();
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    });
    for (let kill = 1; kill <= 2; kill += 1) {
      await killOne();
      await service.says('ended by SIGKILL');
      await eventually(async () => {
        const status: unknown = await (await fetch(`${service.diagnostics}/status`)).json();
        expect(status).toMatchObject({ workers: { status: 'healthy', restarts: kill } });
      });
    }
    over.abort();
    await Promise.all(clients);
    // Connections of the worker that died break; nobody is told of an error, and nobody waits.
    expect(
      [...answers.keys()].filter((answer) => answer !== 200 && answer !== 'TypeError'),
    ).toEqual([]);
    expect(answers.get(200)).toBeGreaterThan(100);
  });

  it('waits while PostgreSQL is away, and the others go on', async () => {
    await writeOptions();
    await start();
    expect((await sendTo(service.base, identify({ userId: 'ada' }))).status).toBe(200);
    await eventually(async () => expect([await evaluate(), await evaluate()]).toEqual([200, 200]));
    await gate.shut();
    await killOne();
    await eventually(async () => {
      const status: unknown = await (await fetch(`${service.diagnostics}/status`)).json();
      expect(status).toMatchObject({ workers: { status: 'degraded', answering: 2, restarts: 1 } });
    });
    const readiness = await fetch(`${service.diagnostics}/readyz`);
    expect(readiness.status).toBe(503);
    expect(await readiness.text()).toContain('memberships (worker ');
    const answers = [];
    for (let n = 0; n < 20; n += 1) answers.push(await evaluate());
    expect(new Set(answers)).toEqual(new Set([200]));
    await gate.open();
    await ready();
  });

  it('has the options and the certificate of the others, whatever became of their files', async () => {
    await certificate.renew('localhost');
    const { cert, key } = certificate;
    await writeOptions({ tls: { enabled: true, certificates: [{ cert, key }] } });
    await start();
    await writeFile(join(directory, 'options.yml'), 'http: { prot: 1 }\n');
    await certificate.replaceKey('no key');
    for (let death = 1; death <= 2; death += 1) {
      await killOne();
      await eventually(async () => {
        const status: unknown = await (await fetch(`${service.diagnostics}/status`)).json();
        expect(status).toMatchObject({ workers: { status: 'healthy', restarts: death } });
      });
    }
    for (let n = 0; n < 4; n += 1) expect(await secureStatus(service.port)).toBe(200);
  });

  function secureStatus(port: number): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const options = { port, path: '/readyz', ca: certificate.pem, agent: false };
      get({ host: 'localhost', ...options }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject);
    });
  }
});

describe('a start with workers on a host that is none', () => {
  it('ends with a sentence, and leaves no PostgreSQL', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'audience-sync-nohost-'));
    const dismissWatch = watchOver(join(cwd, '.data'));
    try {
      const env = {
        AUDIENCE_SYNC_HTTP_WORKERS: '2',
        AUDIENCE_SYNC_HTTP_HOST: 'no-such-host.invalid',
      };
      const service = new SpawnedService({ cwd, env });
      expect(await service.end).toEqual({ code: 1, signal: null });
      expect(service.output).toContain("Can't listen on no-such-host.invalid");
      expect(service.output).not.toContain('    at ');
      expect(await readFile(join(cwd, '.data', 'postgres.log'), 'utf8')).toContain('shut down');
      expect(existsSync(join(cwd, '.data', 'postgres', 'postmaster.pid'))).toBe(false);
    } finally {
      dismissWatch();
      await rm(cwd, { recursive: true, force: true });
    }
  });
});
