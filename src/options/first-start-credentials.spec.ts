import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ensureCredentials } from './first-start-credentials.js';

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'credentials-'));
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe('the credentials of a first start', () => {
  it('are made once and kept', () => {
    const dataDir = join(directory(), 'a', 'data');
    const first = ensureCredentials(dataDir);

    expect(first.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(first.adminToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(first.token).not.toBe(first.adminToken);
    expect(readFileSync(first.tokenFile, 'utf8').trim()).toBe(first.token);
    expect(ensureCredentials(dataDir)).toEqual(first);
  });

  it('are for the owner only', () => {
    const dataDir = join(directory(), 'data');
    const { tokenFile, adminTokenFile } = ensureCredentials(dataDir);
    expect([dataDir, tokenFile, adminTokenFile].map(modeOf)).toEqual([0o700, 0o600, 0o600]);
  });

  it('leave a directory that is there as it is', () => {
    const dataDir = join(directory(), 'data');
    mkdirSync(dataDir, { mode: 0o750 });
    ensureCredentials(dataDir);
    expect(modeOf(dataDir)).toBe(0o750);
  });

  it('are made anew when one was removed, and refused when one is empty', () => {
    const dataDir = directory();
    writeFileSync(join(dataDir, 'admin-token'), 'mine\n');
    expect(ensureCredentials(dataDir).adminToken).toBe('mine');
    writeFileSync(join(dataDir, 'token'), '');
    expect(() => ensureCredentials(dataDir)).toThrow(/token is empty: remove it/);
  });

  it('are the same for processes that start at once, and leave no other file', async () => {
    const dataDir = join(directory(), 'data');
    const script = join(directory(), 'start.mjs');
    const source = readFileSync(join(import.meta.dirname, 'first-start-credentials.ts'), 'utf8');
    const compiled = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    writeFileSync(
      script,
      `${compiled.outputText}\nprocess.stdout.write(JSON.stringify(ensureCredentials(process.argv[2])));`,
    );

    const starts = Array.from({ length: 6 }, () => {
      return promisify(execFile)(process.execPath, [script, dataDir]);
    });
    const printed = new Set((await Promise.all(starts)).map(({ stdout }) => stdout));

    expect([...printed]).toEqual([JSON.stringify(ensureCredentials(dataDir))]);
    expect(readdirSync(dataDir).toSorted()).toEqual(['admin-token', 'token']);
  });
});
