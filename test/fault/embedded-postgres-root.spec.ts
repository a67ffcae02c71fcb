import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { resolveBinaries } from '../../src/database/embedded/binaries.js';
import { runProgram } from '../../src/database/embedded/program.js';
import { EmbeddedDirectory, query } from '../support/embedded-directory.js';

// A first start takes a second; on a machine that does much else, many.
vi.setConfig({ testTimeout: 60_000 });

const directory = new EmbeddedDirectory();
const nobody = { uid: 65_534, gid: 65_534 };
const root = process.getuid?.() === 0;
/** As in a checkout below /root, which nobody else may enter. */
const binariesReachable =
  root &&
  (await runProgram({ file: resolveBinaries().postgres, args: ['--version'], ...nobody })).code ===
    0;

/** An environment whose `unshare` says no, as under Docker's default seccomp profile. */
async function refused(): Promise<NodeJS.ProcessEnv> {
  const bin = directory.path('bin');
  await mkdir(bin);
  await writeFile(join(bin, 'unshare'), '#!/bin/sh\nexit 1\n');
  await chmod(join(bin, 'unshare'), 0o755);
  return { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
}

describe.runIf(root)('as root', () => {
  it('the server is not root to itself, and all files stay root’s', async () => {
    const { url, pid } = await directory.start();
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    const map = await readFile(`/proc/${pid}/uid_map`, 'utf8');
    expect(map).toMatch(/^\s*[1-9]\d*\s+0\s+1\s*$/);
    expect((await stat(directory.path('postgres', 'PG_VERSION'))).uid).toBe(0);
  });

  it.runIf(binariesReachable).each([
    ['named', nobody],
    ['nameless', { uid: 54_321, gid: 54_321 }],
  ])('the data directory of a %s user is served as that user', async (_kind, { uid, gid }) => {
    await chown(directory.path(), uid, gid);
    const { url, pid } = await directory.start();
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect((await stat(`/proc/${pid}`)).uid).toBe(uid);
    const names = await readdir(directory.path());
    const owners = await Promise.all(
      names.map(async (name) => (await stat(directory.path(name))).uid),
    );
    expect(owners).toEqual(names.map(() => uid));
  });
});

describe.runIf(binariesReachable)('as root where user namespaces are refused', () => {
  it('the system user runs it, and may pass through the data directory only', async () => {
    const app = directory.startApp(await refused());
    const { url, pid } = await app.started();
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
    expect((await stat(directory.path())).mode & 0o777).toBe(0o710);
    await app.kill();
    const adopted = await directory.start();
    expect(adopted).toMatchObject({ adopted: true, pid });
    await adopted.stop();
    expect(await query((await directory.start()).url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('a cluster of root is handed over to it', async () => {
    const first = await directory.start();
    await query(first.url, 'create table kept as select 7 as n');
    await first.stop();
    const { url } = await directory.startApp(await refused()).started();
    expect(await query(url, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('a data directory that it cannot reach is named', async () => {
    await mkdir(directory.path('closed'), { mode: 0o700 });
    const app = directory.startApp(await refused(), directory.path('closed', 'data'));
    expect(await app.report).toMatchObject({
      kind: 'failed',
      code: 'embedded_postgres_account_unusable',
    });
  });
});
