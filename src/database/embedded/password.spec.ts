import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDataDir, type ClusterPaths } from './cluster-paths.js';
import { keepPassword } from './password.js';

let paths: ClusterPaths;

beforeEach(async () => {
  paths = await openDataDir(await mkdtemp(join(tmpdir(), 'audience-sync-password-')));
});

afterEach(() => rm(paths.dataDir, { recursive: true }));

it('makes one password, whoever asks at once, in a file for us alone', async () => {
  const passwords = await Promise.all(Array.from({ length: 8 }, () => keepPassword(paths)));
  expect(new Set([...passwords, await keepPassword(paths)]).size).toBe(1);
  expect(passwords[0]).toMatch(/^[0-9a-f]{48}$/);
  expect((await stat(paths.password)).mode & 0o777).toBe(0o600);
  expect(await readdir(paths.dataDir)).toEqual(['postgres-password']);
});
