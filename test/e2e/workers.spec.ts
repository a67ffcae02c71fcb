import { once } from 'node:events';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { identify } from '../support/builders.js';
import { query } from '../support/embedded-directory.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { testOptions, TOKEN, type OptionsTree } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { isRunning, workersOf } from '../support/worker-processes.js';

// Three processes that start, on a machine that runs other tests, too.
vi.setConfig({ testTimeout: 60_000 });

describe('a service with workers', () => {
  let database: TestDatabase;
  let directory = '';
  let service: SpawnedService;
  let workers: readonly number[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'audience-sync-workers-'));
  });
  afterEach(async () => {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function start(http: OptionsTree = {}): Promise<void> {
    const options = testOptions(database.url, {
      diag: { enabled: true },
      http: { port: 0, host: '127.0.0.1', workers: 2, ...http },
    });
    await writeFile(join(directory, 'options.yml'), stringify(options));
    service = new SpawnedService({ cwd: directory });
    await service.listening();
    await eventually(async () => {
      expect((await fetch(`${service.diagnostics}/readyz`)).status).toBe(200);
    });
    workers = await workersOf(service.pid);
  }

  /** On a connection of its own, so that the workers take turns. */
  function enter(userId: string): Promise<Response> {
    return fetch(`${service.base}/engage/dest/events`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        'Content-Type': 'application/json',
        Connection: 'close',
      },
      body: JSON.stringify(identify({ userId })),
    });
  }

  async function metric(line: string): Promise<number> {
    const text = await (await fetch(`${service.diagnostics}/metrics`)).text();
    const found = text.split('\n').find((one) => one.startsWith(`${line} `));
    return Number(found?.slice(line.length));
  }

  async function status(): Promise<Record<string, unknown>> {
    const answer: Record<string, unknown> = await (
      await fetch(`${service.diagnostics}/status`)
    ).json();
    return answer;
  }

  it('serves on one port, and tells of all workers as of one', async () => {
    await start({ status: { enabled: true } });
    expect(workers).toHaveLength(2);
    for (let user = 0; user < 10; user += 1) {
      expect((await enter(`summed_${user}`)).status).toBe(200);
    }
    const added = 'audience_sync_events_total{destination="dest",outcome="added"}';
    expect(await metric(added)).toBe(10);
    const engage = {
      route: '{http_route="/engage/{destination}/events",http_request_method="POST"',
      status: 'http_response_status_code="200"}',
    };
    expect(
      await metric(
        `configcat_http_server_request_duration_seconds_count${engage.route},${engage.status}`,
      ),
    ).toBe(10);
    await eventually(async () => expect(await metric('audience_sync_members')).toBe(10));
    expect(await status()).toMatchObject({
      status: 'healthy',
      engage: { events: { received: 10, added: 10 } },
      feed: { members: 10 },
      workers: { wanted: 2, answering: 2, restarts: 0 },
    });
    const main: unknown = await (await fetch(`${service.base}/status`)).json();
    expect(main).toMatchObject({ engage: { events: { added: 10 } }, workers: { answering: 2 } });
  });

  it('replaces a worker that dies, and no counter falls', async () => {
    await start();
    for (let user = 0; user < 4; user += 1) await enter(`counted_${user}`);
    const added = 'audience_sync_events_total{destination="dest",outcome="added"}';
    expect(await metric(added)).toBe(4);
    process.kill(workers[0] ?? 0, 'SIGKILL');
    await service.says('Worker');
    await service.says('ended by SIGKILL; another starts in 0.1 s');
    await eventually(async () => {
      expect(await status()).toMatchObject({ workers: { answering: 2, restarts: 1 } });
    });
    expect(await metric(added)).toBe(4);
    expect(await metric('audience_sync_worker_restarts_total')).toBe(1);
    await eventually(async () => {
      expect((await fetch(`${service.diagnostics}/readyz`)).status).toBe(200);
    });
    for (let user = 0; user < 4; user += 1) {
      expect((await enter(`after_${user}`)).status).toBe(200);
    }
  });

  it('serves on though all workers died', async () => {
    await start();
    const { port } = service;
    workers.forEach((worker) => process.kill(worker, 'SIGKILL'));
    await eventually(async () => {
      expect(await status()).toMatchObject({ workers: { answering: 2, restarts: 2 } });
    });
    await eventually(async () => expect((await enter('reborn')).status).toBe(200));
    expect(service.port).toBe(port);
  });

  it('stops by SIGTERM with every event that it accepted in the database', async () => {
    await start();
    const accepted: string[] = [];
    const senders = Array.from({ length: 6 }, async (_, sender) => {
      for (let event = 0; ; event += 1) {
        const member = `kept-${sender}-${event}`;
        const answer = await enter(member).catch(() => undefined);
        if (answer?.status !== 200) return answer?.status;
        accepted.push(member);
      }
    });
    await vi.waitFor(() => expect(accepted.length).toBeGreaterThan(50), { timeout: 15_000 });
    service.kill('SIGTERM');
    expect(await service.end).toEqual({ code: 0, signal: null });
    // Nobody got an error of ours: a sender ends when there is no server any more.
    expect(await Promise.all(senders)).toEqual(senders.map(() => undefined));
    const rows = await query(
      database.url,
      `select member_key from membership where is_member and member_key like 'kept-%'`,
    );
    const stored = new Set(rows.map((row) => String(row['member_key'])));
    expect(accepted.filter((member) => !stored.has(member))).toEqual([]);
    expect(workers.filter(isRunning)).toEqual([]);
  });

  it('says that it is not ready while it stops, and answers what is half sent', async () => {
    await start();
    const half = await HalfSent.event(service.port);
    service.kill('SIGTERM');
    await eventually(async () => {
      const answer = await fetch(`${service.diagnostics}/readyz`);
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain('shutting down');
    });
    expect(await half.finish()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await service.end).toEqual({ code: 0, signal: null });
  });

  it('ends with its workers when somebody ends the primary by force', async () => {
    await start();
    const half = await HalfSent.event(service.port);
    service.kill('SIGKILL');
    await eventually(() => expect(fetch(service.base)).rejects.toThrow('fetch failed'));
    expect(await half.finish()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    await eventually(() => expect(workers.filter(isRunning)).toEqual([]));
    // Its output is at its end only when theirs is.
    expect(await service.end).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('shares its caps out among the workers', async () => {
    await start({ sse: { max_connections: 4 } });
    const streams = [];
    for (let stream = 0; stream < 6; stream += 1) {
      const abort = new AbortController();
      const url = `${service.base}/sse/default/eval-all`;
      streams.push({ abort, answer: await fetch(url, { signal: abort.signal }) });
    }
    const statuses = streams.map(({ answer }) => answer.status);
    streams.forEach(({ abort }) => abort.abort());
    expect(statuses).toEqual([200, 200, 200, 200, 503, 503]);
  });

  it('has one embedded PostgreSQL, which the primary starts and stops', async () => {
    service = new SpawnedService({ cwd: directory, env: { AUDIENCE_SYNC_HTTP_WORKERS: '2' } });
    await service.ready();
    await service.says('Try it:');
    expect(service.output.split('Try it:')).toHaveLength(2);
    expect(service.output.split('Started PostgreSQL')).toHaveLength(2);
    const postmaster = join(directory, '.data/postgres/postmaster.pid');
    const pid = Number((await readFile(postmaster, 'utf8')).split('\n')[0]);
    expect(isRunning(pid)).toBe(true);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    // It has let go of its files by then; the system may still have to bury it.
    await eventually(() => expect(isRunning(pid)).toBe(false));
  });

  it('gives up a start that no worker gets through', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const address = other.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const options = testOptions(database.url, {
        http: { port, host: '127.0.0.1', workers: 2 },
      });
      await writeFile(join(directory, 'options.yml'), stringify(options));
      service = new SpawnedService({
        cwd: directory,
        env: { CONFIGCAT_HTTP_PORT: String(port), CONFIGCAT_LOG_LEVEL: undefined },
      });
      expect(await service.end).toEqual({ code: 1, signal: null });
      expect(service.output).toContain('another program does');
    } finally {
      other.close();
    }
  });

  it.skipIf(process.platform !== 'linux')('keeps the database out of environments', async () => {
    await start();
    const secret = new URL(database.url).password;
    expect(secret).not.toBe('');
    for (const worker of workers) {
      const shown = await Promise.all(
        ['environ', 'cmdline'].map((file) => readFile(`/proc/${worker}/${file}`, 'utf8')),
      );
      expect(shown.join()).not.toContain(secret);
    }
  });
});

/** A request whose head and first byte were sent. */
class HalfSent {
  private constructor(
    private readonly socket: Socket,
    private readonly rest: string,
  ) {}

  static async event(port: number): Promise<HalfSent> {
    const body = JSON.stringify(identify({ userId: 'half-sent' }));
    const socket = connect(port, '127.0.0.1');
    // The server says that it got the head.
    socket.write(
      `POST /engage/dest/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\n` +
        `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await once(socket, 'data');
    socket.write(body.slice(0, 1));
    return new HalfSent(socket, body.slice(1));
  }

  /** Sends the rest. Resolves with the whole answer, once the server closed the connection. */
  async finish(): Promise<string> {
    let answer = '';
    this.socket.on('data', (chunk) => (answer += String(chunk)));
    this.socket.write(this.rest);
    await once(this.socket, 'close');
    return answer;
  }
}
