import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { processExists } from '../../src/database/embedded/process-identity.js';
import { EmbeddedDirectory, gone, killServer, query } from '../support/embedded-directory.js';

// A first start takes a second; on a machine that does much else, many.
vi.setConfig({ testTimeout: 60_000 });

const directory = new EmbeddedDirectory();

async function drafts(): Promise<string[]> {
  return (await readdir(directory.path())).filter((name) => name.startsWith('postgres.new-'));
}

/** A process of this user that has nothing to do with PostgreSQL. */
function bystander(): number {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  directory.after(async () => {
    child.kill();
    await once(child, 'exit');
  });
  return Number(child.pid);
}

/** A process that ended and that its parent never asks about. */
async function zombie(): Promise<number> {
  const parent = spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 300'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  directory.after(async () => {
    parent.kill();
    await once(parent, 'exit');
  });
  const [printed] = await once(parent.stdout, 'data');
  const pid = Number(String(printed));
  await vi.waitFor(async () => {
    expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
  });
  return pid;
}

/** Leaves a `postmaster.pid` as of a server that died, whose number is `pid` now. */
async function recycleServer(pid: number): Promise<void> {
  const app = directory.startApp();
  const server = await app.started();
  const file = await readFile(directory.postmasterFile, 'utf8');
  await app.kill();
  await killServer(server.pid);
  await writeFile(directory.postmasterFile, file.replace(/^\d+/, String(pid)));
}

describe('after kill -9 of the app', () => {
  it('the server lives on, and the next start adopts it', async () => {
    const app = directory.startApp();
    const first = await app.started();
    await query(first.url, 'create table kept as select 7 as n');
    await app.kill();
    const second = await directory.start();
    expect(second).toMatchObject({ adopted: true, pid: first.pid, url: first.url });
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
    await gone(first.pid);
  });

  it('in the middle of the first initdb the next start begins anew', async () => {
    const app = directory.startApp();
    app.report.catch(() => undefined);
    await vi.waitFor(
      async () => {
        const draft = directory.path((await drafts())[0] ?? '', 'cluster', 'PG_VERSION');
        expect(existsSync(draft)).toBe(true);
      },
      { timeout: 10_000, interval: 5 },
    );
    app.signalGroup('SIGKILL');
    await app.kill();
    expect(await drafts()).toHaveLength(1);
    const { url } = await directory.start();
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(await drafts()).toEqual([]);
  });
});

describe('after kill -9 of the server', () => {
  it('a start recovers what was committed', async () => {
    const app = directory.startApp();
    const first = await app.started();
    await query(first.url, 'create table kept as select n from generate_series(1, 1000) n');
    await app.kill();
    await killServer(first.pid);
    const second = await directory.start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1_000 }]);
  });

  it('a start waits for the recovery that another start began', async () => {
    const app = directory.startApp();
    const first = await app.started();
    await query(
      first.url,
      `create table kept as select n, repeat('x', 500) as filler from generate_series(1, 400000) n`,
    );
    await app.kill();
    await killServer(first.pid);

    const starter = directory.startApp();
    starter.report.catch(() => undefined);
    await vi.waitFor(
      async () => {
        const lines = (await readFile(directory.postmasterFile, 'utf8')).split('\n');
        expect(lines[0]).not.toBe(String(first.pid));
        expect(lines[7]).toContain('starting');
      },
      { timeout: 10_000, interval: 2 },
    );
    await starter.kill();
    const second = await directory.start();
    expect(second.adopted).toBe(true);
    expect(await query(second.url, 'select count(*)::int as n from kept')).toEqual([
      { n: 400_000 },
    ]);
  });

  it('of one backend the server restarts, and its app still stops it', async () => {
    const server = await directory.start();
    const [row] = await query(
      server.url,
      `select pid from pg_stat_activity where datname = 'postgres'`,
    );
    process.kill(Number(row?.['pid']), 'SIGKILL');
    await vi.waitFor(
      async () => expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]),
      { timeout: 10_000 },
    );
    await server.stop();
    await gone(server.pid);
  });

  it('a start waits for a statement that its backend still runs', async () => {
    const app = directory.startApp();
    const first = await app.started();
    const busy = query(first.url, 'select count(*) from generate_series(1, 20000000)');
    busy.catch(() => undefined);
    await vi.waitFor(async () => {
      const active = `select from pg_stat_activity
                       where state = 'active' and pid <> pg_backend_pid()
                         and datname = current_database()`;
      expect(await query(first.url, active)).toHaveLength(1);
    });
    await app.kill();
    await killServer(first.pid);
    const second = await directory.start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('a process that got its number does not stop the start', async () => {
    const stranger = bystander();
    await recycleServer(stranger);
    const server = await directory.start();
    expect(server.adopted).toBe(false);
    expect(processExists(stranger)).toBe(true);
  });

  it.runIf(existsSync('/proc/self/stat'))(
    'a zombie with its number does not stop the start',
    async () => {
      await recycleServer(await zombie());
      expect((await directory.start()).adopted).toBe(false);
    },
  );

  it('the server of another cluster with its number is left alone', async () => {
    const otherDir = directory.path('other');
    const other = await startEmbeddedPostgres({ dataDir: otherDir, log: () => undefined });
    directory.after(() => other.stop());
    await recycleServer(other.pid);
    const server = await directory.start();
    expect(server).toMatchObject({ adopted: false });
    await server.stop();
    expect(await query(other.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('an empty postmaster.pid, as a power cut leaves it, does not stop the start', async () => {
    await recycleServer(1);
    await writeFile(directory.postmasterFile, '');
    expect((await directory.start()).adopted).toBe(false);
  });
});
