import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { FileSource } from './file-source.js';
import { SourceFile, type FileSystem } from './source-file.js';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audience-sync-file-'));
  path = join(directory, 'config.json');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A mount that can be told to hang, and to go on. */
function mount() {
  const held: Array<() => void> = [];
  let hangs = false;
  let asked = 0;
  const way = (): Promise<void> => {
    asked += 1;
    return hangs ? new Promise((resolve) => held.push(resolve)) : Promise.resolve();
  };
  const files: FileSystem = {
    stat: (name) => way().then(() => stat(name)),
    readFile: (name) => way().then(() => readFile(name)),
  };
  return {
    files,
    asked: () => asked,
    hang: () => {
      hangs = true;
    },
    goOn: () => {
      hangs = false;
      held.splice(0).forEach((resolve) => resolve());
    },
  };
}

describe('a file that is none', () => {
  it('is not opened where it is a pipe: that would wait for a writer', async () => {
    execFileSync('mkfifo', [path]);
    const file = new SourceFile(path);
    await expect(file.looks()).rejects.toThrow('no regular file');
    await expect(file.bytes()).rejects.toThrow('no regular file');
  });

  it.each(['/dev/zero', tmpdir()])('is not read: %s', async (other) => {
    await expect(new SourceFile(other).bytes()).rejects.toThrow('no regular file');
  });
});

describe('a file on a mount that hangs', () => {
  it('is given up at the deadline, asked for no more until it answers, and then read', async () => {
    await writeFile(path, '{}');
    const { files, asked, hang, goOn } = mount();
    const file = new SourceFile(path, { files, deadline: 20 });
    hang();
    await expect(file.bytes()).rejects.toThrow("can't be read in time");
    for (const _ of [1, 2, 3]) await expect(file.looks()).rejects.toThrow("can't be read in time");
    expect(asked()).toBe(1);
    goOn();
    await eventually(async () => expect((await file.bytes()).toString()).toBe('{}'));
  });

  it('leaves it to those who ask at one time to wait for each other', async () => {
    await writeFile(path, '{}');
    const { files } = mount();
    const file = new SourceFile(path, { files });
    const [one, other] = await Promise.all([file.bytes(), file.bytes()]);
    expect([String(one), String(other)]).toEqual(['{}', '{}']);
  });

  it('holds up neither the first answers of its SDK id nor the stop', async () => {
    const { files, hang, goOn } = mount();
    hang();
    const errors: string[] = [];
    const make = (deadline?: number): FileSource =>
      new FileSource(
        { sdkId: 'file', source: 'name', path, pollInterval: undefined },
        {
          stored: { write: () => Promise.resolve() },
          log: { failure: (message) => errors.push(String(message)), event: () => {} },
          onDatabaseError: () => {},
          loops: undefined,
          files,
          deadline,
        },
      );
    const patient = make();
    patient.start(() => {});
    const refresh = patient.refresh();
    await Promise.all([expect(refresh).rejects.toThrow('stopping'), patient.stop()]);
    expect(errors).toEqual([]);
    const hasty = make(20);
    hasty.start(() => {});
    await hasty.firstLook;
    await eventually(() => expect(hasty.status.status).toBe('down'));
    expect(errors[0]).toContain("can't be read in time");
    await hasty.stop();
    goOn();
  });
});
