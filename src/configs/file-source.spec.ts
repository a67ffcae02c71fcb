import { chmod, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { FileSource } from './file-source.js';

const config = (salt: string) => JSON.stringify({ p: { u: 'https://x', r: 0, s: salt }, f: {} });

describe('a config in a file', () => {
  let directory: string;
  let path: string;
  let errors: unknown[];
  let salts: Array<string | null | undefined>;
  let source: FileSource;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'audience-sync-source-'));
    path = join(directory, 'config.json');
    errors = [];
    salts = [];
    source = new FileSource({ path, onError: (error) => errors.push(error) });
  });
  afterEach(async () => {
    await source.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const start = async () => {
    source.start(({ base }) => salts.push(base?.config.p?.s));
    await source.firstLook;
  };

  it('is reported once, byte for byte', async () => {
    await writeFile(path, config('one'));
    const seen: Array<string | undefined> = [];
    source.start(({ base }) => seen.push(base?.json));
    await source.firstLook;
    expect(seen).toEqual([config('one')]);
    expect(errors).toEqual([]);
  });

  it('is reported again after an atomic rename of a file of the same size and time', async () => {
    await writeFile(path, config('one'));
    await start();
    const next = join(directory, 'next.json');
    await writeFile(next, config('two'));
    await utimes(path, 1_000, 1_000);
    await utimes(next, 1_000, 1_000);
    await rename(next, path);
    await eventually(() => expect(salts.at(-1)).toBe('two'));
  });

  it('is reported again after a swap of the symlink that leads to it', async () => {
    for (const name of ['one', 'two']) await writeFile(join(directory, name), config(name));
    await symlink('one', path);
    await start();
    await symlink('two', join(directory, 'link'));
    await rename(join(directory, 'link'), path);
    await eventually(() => expect(salts).toEqual(['one', 'two']));
  });

  it('may come later: until then the first look has ended, with nothing', async () => {
    await start();
    expect(salts).toEqual([]);
    await eventually(() => expect(errors).toHaveLength(1));
    await expect(source.refresh()).rejects.toThrow('ENOENT');
    await writeFile(path, config('one'));
    await eventually(() => expect(salts).toEqual(['one']));
  });

  it('stays the last good one while the file is bad, which is told once', async () => {
    await writeFile(path, config('one'));
    await start();
    await writeFile(path, '{"p":');
    await eventually(() => expect(errors).toHaveLength(1));
    await expect(source.refresh()).rejects.toThrow('refused');
    await writeFile(path, config('three'));
    await eventually(() => expect(salts).toEqual(['one', 'three']));
    expect(errors).toHaveLength(1);
  });

  it('is read again when only its mode was mended', async () => {
    await writeFile(path, config('one'));
    await start();
    await chmod(path, 0o640);
    await eventually(() => expect(salts).toEqual(['one', 'one']));
  });

  it('is read on request', async () => {
    await writeFile(path, config('one'));
    await start();
    await writeFile(path, config('two'));
    await source.refresh();
    expect(salts.at(-1)).toBe('two');
  });
});
