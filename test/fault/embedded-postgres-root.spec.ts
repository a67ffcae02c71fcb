import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddedDirectory, query } from '../support/embedded-directory.js';

const directory = new EmbeddedDirectory();
const root = process.getuid?.() === 0;

/** An environment whose `unshare` says no, as under Docker's default seccomp profile. */
async function refused(): Promise<NodeJS.ProcessEnv> {
  const bin = directory.path('bin');
  await mkdir(bin);
  await writeFile(join(bin, 'unshare'), '#!/bin/sh\nexit 1\n');
  await chmod(join(bin, 'unshare'), 0o755);
  return { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
}

describe.runIf(root)('as root where user namespaces are refused', () => {
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
