import {
  chmod,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { contentOf } from './base-config.js';
import { FileSource } from './file-source.js';

const config = (salt: string) => JSON.stringify({ p: { u: 'https://x', r: 0, s: salt }, f: {} });

const storedConfig = (json: string) => ({
  sdkId: 'file',
  content: contentOf({ json, etag: undefined }),
  etag: undefined,
  json,
  age: 60_000,
});

describe('a config in a file', () => {
  let directory: string;
  let path: string;
  let errors: string[];
  let events: string[];
  let stored: string[];
  let isDatabaseAway: boolean;
  let reads: number;
  let salts: Array<string | null | undefined>;
  let source: FileSource;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'audience-sync-source-'));
    path = join(directory, 'config.json');
    errors = [];
    events = [];
    salts = [];
    stored = [];
    isDatabaseAway = false;
    reads = 0;
    source = make();
  });
  afterEach(async () => {
    await source.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const make = (pollInterval?: number) =>
    new FileSource(
      { sdkId: 'file', source: 'name', path, pollInterval },
      {
        stored: {
          write: (_place, { config: { p } }) => {
            if (isDatabaseAway) return Promise.reject(new Error('away'));
            stored.push(p?.s ?? '');
            return Promise.resolve();
          },
        },
        log: {
          failure: (message) => errors.push(String(message)),
          event: (message) => events.push(message),
        },
        onDatabaseError: () => {},
        loops: undefined,
        files: {
          stat: (name) => {
            reads += 1;
            return stat(name);
          },
          readFile: (name) => readFile(name),
        },
      },
    );
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
    await eventually(() => expect(errors[0]).toContain('else requests are answered 500'));
    expect(source.status).toMatchObject({ type: 'file', status: 'down', fetchedAt: undefined });
    await expect(source.refresh()).rejects.toThrow("The config file can't be read (ENOENT).");
    await writeFile(path, config('one'));
    await eventually(() => expect(salts).toEqual(['one']));
    expect(source.status.status).toBe('healthy');
  });

  it('stays the last good one while the file is bad, which is told once', async () => {
    await writeFile(path, config('one'));
    await start();
    await writeFile(path, config('two').slice(0, -3));
    await eventually(() => expect(errors).toHaveLength(1));
    expect(errors[0]).toContain('The last good config stays.');
    expect(source.status).toMatchObject({ status: 'degraded' });
    expect(source.status.records.at(-1)).toContain('[error] failed to parse JSON from file');
    await writeFile(path, config('three'));
    await eventually(() => expect(salts).toEqual(['one', 'three']));
    expect(errors).toHaveLength(1);
    expect(source.status.status).toBe('healthy');
  });

  it.each([undefined, 20])(
    'that vanishes and comes back as it was is well again (polled: %s)',
    async (pollInterval) => {
      source = make(pollInterval);
      await writeFile(path, config('one'));
      await start();
      await rename(path, join(directory, 'away.json'));
      await eventually(() => expect(source.status.status).toBe('degraded'));
      await rename(join(directory, 'away.json'), path);
      await eventually(() => expect(source.status.status).toBe('healthy'));
      expect(source.status.records.at(-1)).toContain('[ok] config from file not modified');
      expect(salts).toEqual(['one']);
    },
  );

  it('that vanishes and comes back as bad as it was is said to be bad, not to be missing', async () => {
    await writeFile(path, '{');
    await start();
    await rename(path, join(directory, 'away.json'));
    await eventually(() => expect(source.status.records.at(-1)).toContain('failed to read file'));
    await rename(join(directory, 'away.json'), path);
    await eventually(() => expect(source.status.records.at(-1)).toContain('failed to parse JSON'));
  });

  it('says why a refresh of it fails, each time, without its path', async () => {
    await writeFile(path, '{"p":');
    await start();
    for (const _ of [1, 2]) {
      const failure = source.refresh();
      await expect(failure).rejects.toThrow('refused');
      await expect(failure).rejects.not.toThrow(path);
    }
  });

  it('that is written over in place, with one size and one time, is noticed', async () => {
    await writeFile(path, config('one'));
    await start();
    // Of one length, so that nothing but its bytes tells what is whole.
    await writeFile(path, config('two'));
    await eventually(() => expect(salts).toEqual(['one', 'two']));
  });

  it('that only looks changed is not reported again', async () => {
    await writeFile(path, config('one'));
    await start();
    await chmod(path, 0o640);
    await source.refresh();
    expect(salts).toEqual(['one']);
    expect(source.status.records.at(-1)).toContain('[ok] config from file not modified');
  });

  it('is read on request, once for all that ask at one time', async () => {
    await writeFile(path, config('one'));
    await start();
    await writeFile(path, config('two'));
    await Promise.all([source.refresh(), source.refresh()]);
    expect(salts).toEqual(['one', 'two']);
  });

  it('is read again and again where it is polled', async () => {
    source = make(20);
    await writeFile(path, config('one'));
    await start();
    await writeFile(path, config('two'));
    await eventually(() => expect(salts).toEqual(['one', 'two']));
  });

  it('may begin with a byte order mark, which is not served', async () => {
    await writeFile(path, `\uFEFF${config('one')}`);
    const seen: Array<string | undefined> = [];
    source.start(({ base }) => seen.push(base?.json));
    await source.firstLook;
    expect(seen).toEqual([config('one')]);
  });

  it('that is no UTF-8 is refused: its bytes could not be kept', async () => {
    await writeFile(path, Buffer.from(config('\u00e9'), 'latin1'));
    await start();
    await eventually(() => expect(errors[0]).toContain('no UTF-8'));
  });

  it('of more than 32 MB is refused unread', async () => {
    await writeFile(path, '');
    await truncate(path, 33 * 1024 * 1024);
    await start();
    await eventually(() => expect(errors[0]).toContain('larger than 32 MB'));
  });

  describe('that PostgreSQL holds', () => {
    it('is what was good, when PostgreSQL is there for it', async () => {
      isDatabaseAway = true;
      await writeFile(path, config('one'));
      await start();
      await eventually(() => expect(salts).toEqual(['one']));
      isDatabaseAway = false;
      await eventually(() => expect(stored).toEqual(['one']));
      await writeFile(path, '{');
      await eventually(() => expect(errors).toHaveLength(1));
      expect(stored).toEqual(['one']);
    });

    it('is served while the file is missing, which is said, and gives way to the file', async () => {
      await start();
      expect(source.wanted).toEqual({ sdkId: 'file', source: 'name', content: undefined });
      source.offer(storedConfig(config('stored')));
      expect(salts).toEqual(['stored']);
      expect(events[0]).toContain(path);
      expect(source.status.type).toBe('cache');
      source.offer(storedConfig(config('stored')));
      expect(salts).toEqual(['stored']);
      await writeFile(path, config('one'));
      await eventually(() => expect(salts).toEqual(['stored', 'one']));
      expect(source.status.type).toBe('file');
    });

    it.each([
      ['missing', undefined, 'failed to read file'],
      ['bad', '{', 'failed to parse JSON from file'],
    ])(
      'is served while the file is %s, which leaves the source degraded',
      async (_how, text, why) => {
        source = make(20);
        if (text !== undefined) await writeFile(path, text);
        await start();
        await eventually(() => expect(errors).toHaveLength(1));
        source.offer(storedConfig(config('stored')));
        const looks = reads + 3;
        await eventually(() => expect(reads).toBeGreaterThan(looks));
        expect(source.status).toMatchObject({ type: 'cache', status: 'degraded' });
        expect(source.status.records.join()).toContain(`[error] ${why}`);
        expect(errors.join()).not.toContain('There is no config to serve');
        await writeFile(path, config('stored'));
        await eventually(() =>
          expect(source.status).toMatchObject({ type: 'file', status: 'healthy' }),
        );
        expect(salts).toEqual(['stored']);
      },
    );

    it('of a form that this version does not know is told, and nothing else', async () => {
      await start();
      source.offer(storedConfig('{"f":[]}'));
      expect(salts).toEqual([]);
      expect(errors.at(-1)).toContain("The stored config can't be used");
    });

    it('is nothing to a source that has read its file', async () => {
      await writeFile(path, config('one'));
      await start();
      expect(source.wanted).toBeUndefined();
      source.offer(storedConfig(config('stored')));
      expect(salts).toEqual(['one']);
    });
  });
});
