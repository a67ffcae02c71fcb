import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { killServer, query } from '../support/embedded-directory.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { testOptions, TOKEN } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { startTestServer } from '../support/test-server.js';

// Processes that start, on a machine that runs other tests, too.
vi.setConfig({ testTimeout: 60_000 });

describe('Shutdown: readiness drops, streams are told to come back at a random moment, what was accepted is committed, exit 0', () => {
  let database: TestDatabase;
  let directory = '';
  let service: SpawnedService;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'audience-sync-shutdown-'));
  });
  afterEach(async () => {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function spawnService(databaseUrl = database.url): Promise<SpawnedService> {
    const options = testOptions(databaseUrl, { diag: { enabled: true } });
    await writeFile(join(directory, 'options.yml'), stringify(options));
    service = new SpawnedService({ cwd: directory });
    return service.listening();
  }

  async function membersLike(pattern: string): Promise<string[]> {
    const rows = await query(
      database.url,
      `select member_key from membership where is_member and member_key like '${pattern}'`,
    );
    return rows.map((row) => String(row['member_key']));
  }

  it('has every event it accepted in the database', async () => {
    await (await spawnService()).ready();
    const accepted: string[] = [];
    const broken: unknown[] = [];
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let batch = 0; ; batch += 1) {
        const members = batchOf(20, `load-${sender}-${batch}`);
        try {
          const answer = await post(service, members);
          if (answer.status !== 200) throw new Error(`status ${answer.status}`);
          accepted.push(...members);
        } catch (error) {
          broken.push(error);
          return;
        }
      }
    });
    await vi.waitFor(() => expect(accepted.length).toBeGreaterThan(1_000), { timeout: 15_000 });
    service.kill('SIGTERM');
    expect(await service.end).toEqual({ code: 0, signal: null });
    await Promise.all(senders);

    const stored = new Set(await membersLike('load-%'));
    expect(accepted.filter((member) => !stored.has(member))).toEqual([]);
    // Nobody got an error of ours: a sender ends when there is no server any more.
    expect(broken.map(String)).toEqual(senders.map(() => 'TypeError: fetch failed'));
  });

  it('answers a request that is half sent, and says that it is not ready meanwhile', async () => {
    await (await spawnService()).ready();
    const half = await HalfSent.event(service.port, 'half-sent');
    service.kill('SIGTERM');
    await vi.waitFor(async () => {
      const readiness = await fetch(`${service.diagnostics}/readyz`);
      expect(readiness.status).toBe(503);
      expect(await readiness.text()).toContain('shutting down');
    });
    expect((await fetch(`${service.diagnostics}/healthz`)).status).toBe(200);
    await vi.waitFor(() => expect(fetch(service.base)).rejects.toThrow('fetch failed'));

    const answer = await half.finish();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(answer).toContain('"added":1');
    expect(await service.end).toEqual({ code: 0, signal: null });
    expect(await membersLike('half-sent')).toEqual(['half-sent']);
  });

  it('sends streams away, each with a moment of its own to come back', async () => {
    await (await spawnService()).ready();
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${service.base}/sse/default/eval-all`)),
    );
    const texts = Promise.all(streams.map((stream) => stream.text()));
    service.kill('SIGTERM');
    const moments = (await texts).map((text) => Number(/retry: (\d+)\n\n$/.exec(text)?.[1]));
    expect(moments.every((moment) => moment >= 0 && moment <= 5_000)).toBe(true);
    expect(new Set(moments).size).toBeGreaterThan(1);
    expect(await service.end).toEqual({ code: 0, signal: null });
  });

  it('goes on with it whatever other signals come', async () => {
    await (await spawnService()).ready();
    const half = await HalfSent.event(service.port, 'patient');
    service.kill('SIGINT');
    await vi.waitFor(async () => {
      expect((await fetch(`${service.diagnostics}/readyz`)).status).toBe(503);
    });
    service.kill('SIGINT');
    service.kill('SIGTERM');
    expect(await half.finish()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await service.end).toEqual({ code: 0, signal: null });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends by %s without anybody connected',
    async (signal) => {
      await (await spawnService()).ready();
      service.kill(signal);
      expect(await service.end).toEqual({ code: 0, signal: null });
    },
  );

  it('ends though PostgreSQL went away before', async () => {
    const server = await startTestServer();
    await (await spawnService(server.url)).ready();
    expect((await post(service, ['committed'])).status).toBe(200);
    await killServer(server.pid);
    expect((await post(service, ['not taken'])).status).toBe(503);
    service.kill('SIGTERM');
    expect(await service.end).toEqual({ code: 0, signal: null });
    await server.stop();
  });

  it('ends while PostgreSQL was not reached yet', async () => {
    await spawnService('postgres://nobody@127.0.0.1:1/none');
    await service.says('ECONNREFUSED');
    expect((await post(service, ['early'])).status).toBe(503);
    service.kill('SIGTERM');
    expect(await service.end).toEqual({ code: 0, signal: null });
  });

  it('ends while PostgreSQL does not answer', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}).resume());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      const address = silent.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const connected = once(silent, 'connection');
      await spawnService(`postgres://nobody@127.0.0.1:${port}/none`);
      await connected;
      service.kill('SIGTERM');
      expect(await service.end).toEqual({ code: 0, signal: null });
    } finally {
      silent.close();
    }
  });
});

function batchOf(size: number, prefix: string): string[] {
  return Array.from({ length: size }, (_, index) => `${prefix}-${index}`);
}

/** Members that enter, in one request. */
function post(service: SpawnedService, members: readonly string[]): Promise<Response> {
  return fetch(`${service.base}/engage/dest/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(members.map(enter)),
  });
}

function enter(userId: string): object {
  return {
    type: 'identify',
    userId,
    traits: { power_users: true },
    context: {
      personas: {
        computation_class: 'audience',
        computation_id: 'aud_1',
        computation_key: 'power_users',
      },
    },
  };
}

/** A request whose head and first byte were sent. */
class HalfSent {
  private constructor(
    private readonly socket: Socket,
    private readonly rest: string,
  ) {}

  static async event(port: number, member: string): Promise<HalfSent> {
    const body = JSON.stringify(enter(member));
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
