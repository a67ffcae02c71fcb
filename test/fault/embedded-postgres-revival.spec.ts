import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stringify } from 'yaml';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { identify } from '../support/builders.js';
import { EmbeddedDirectory, gone, killServer, query } from '../support/embedded-directory.js';
import { eventually } from '../support/eventually.js';
import { testOptions } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { sendTo } from '../support/test-bed.js';
import { watchOver } from '../support/test-server.js';

// A first start takes a second; on a machine that does much else, many.
vi.setConfig({ testTimeout: 90_000 });

describe('an embedded PostgreSQL that dies while it is used', () => {
  const directory = new EmbeddedDirectory();

  it('is started again with its data and under its URL, however often', async () => {
    const server = await directory.start();
    await query(server.url, 'create table kept as select 7 as n');
    for (let death = 0; death < 3; death += 1) {
      await killServer(server.pid);
      await eventually(async () => {
        expect(await query(server.url, 'select n from kept')).toEqual([{ n: 7 }]);
      });
      await eventually(() => process.kill(server.pid, 0));
    }
    await server.stop();
    await gone(server.pid);
  });

  it('is not left behind by a stop that comes at that moment', async () => {
    const server = await directory.start();
    await killServer(server.pid);
    await server.stop();
    await expect(query(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('is waited for while another program has its port', async () => {
    const lines: string[] = [];
    const server = await startEmbeddedPostgres({
      dataDir: directory.path(),
      log: (line) => lines.push(line),
    });
    directory.after(() => server.stop());
    const port = Number(new URL(server.url).port);
    process.kill(server.pid, 'SIGKILL');
    const other = createServer();
    await eventually(
      () =>
        new Promise<void>((resolve, reject) => {
          other.once('error', reject).listen(port, '127.0.0.1', resolve);
        }),
    );
    await eventually(() => expect(lines.join()).toContain('the next attempt follows in'));
    other.close();
    await eventually(async () => {
      expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    });
    await eventually(() => expect(lines.at(-1)).toContain('PostgreSQL is back'));
  });
});

describe.each([1, 2])('a service with %i process(es) whose embedded PostgreSQL is killed', (n) => {
  it('has what it answered before, and takes events again by itself', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'audience-sync-revival-'));
    const dismissWatch = watchOver(join(cwd, '.data'));
    const { database: _none, ...options } = testOptions('', {
      http: { port: 0, host: '127.0.0.1', workers: n },
      log: { level: 'info' },
    });
    await writeFile(join(cwd, 'options.yml'), stringify(options));
    const service = await new SpawnedService({ cwd }).ready();
    onTestFinished(async () => {
      await service.stop();
      dismissWatch();
      await rm(cwd, { recursive: true, force: true });
    });
    const enter = async (userId: string): Promise<number> => {
      return (await sendTo(service.base, identify({ userId }))).status;
    };
    const file = join(cwd, '.data', 'postgres', 'postmaster.pid');
    const pid = async (): Promise<number> => Number.parseInt(await readFile(file, 'utf8'));

    // As Segment does: the first statements of a new PostgreSQL may take longer than it waits.
    await eventually(async () => expect(await enter('before')).toBe(200));
    const first = await pid();
    await killServer(first);
    await eventually(async () => expect(await enter('after')).toBe(200));
    expect(await pid()).not.toBe(first);
    await service.says('PostgreSQL is back');
    for (const member of ['before', 'after']) {
      await eventually(async () => {
        const body = JSON.stringify({ key: 'audience_power_users', user: { Identifier: member } });
        const answer = await fetch(`${service.base}/api/default/eval`, { method: 'POST', body });
        expect(await answer.json()).toMatchObject({ value: true });
      });
    }
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    await gone(await pid().catch(() => first));
  });
});
