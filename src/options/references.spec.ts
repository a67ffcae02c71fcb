import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Environment } from './environment.js';
import { Problems } from './problems.js';
import { References } from './references.js';

function resolve(tree: unknown, env: Environment = {}): { tree: unknown; problems: Problems } {
  const problems = new Problems();
  return { tree: new References(env, problems).resolve(tree), problems };
}

function secretFile(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'references-')), 'secret');
  writeFileSync(file, content);
  return file;
}

describe('references', () => {
  it('that lead nowhere under a key that is no id do not show the key', () => {
    const { problems } = resolve({ sdks: { 'S3CRET/S3CRET': '${NOPE}' } });
    expect(problems.all()).toEqual([
      { path: 'sdks[0]', message: expect.stringContaining('NOPE, which is not set') },
    ]);
  });

  it('take variables anywhere in the tree and in a text', () => {
    const { tree } = resolve(
      { a: ['${A}', 5], b: { c: 'postgres://u:${B}@host/db' } },
      { A: 'one', B: 'two' },
    );
    expect(tree).toEqual({ a: ['one', 5], b: { c: 'postgres://u:two@host/db' } });
  });

  it('take files, without the last line break', () => {
    expect(resolve({ a: `file:${secretFile('s\n\n')}` }).tree).toEqual({ a: 's\n' });
    expect(resolve({ a: `file:${secretFile('s\r\n')}` }).tree).toEqual({ a: 's' });
  });

  it('do not look again at what they brought in', () => {
    const file = secretFile('${A}');
    expect(resolve([`file:${file}`, '${A}'], { A: '${B} $& file:/x' }).tree).toEqual([
      '${A}',
      '${B} $& file:/x',
    ]);
  });

  it('are written out with a second $', () => {
    expect(resolve('$${A} $A ^a${1}$').tree).toBe('${A} $A ^a${1}$');
  });

  it('that lead nowhere are a problem with its path', () => {
    const { problems } = resolve(
      { a: ['x', '${GONE}'], b: 'file:/gone/secret', c: '${EMPTY}' },
      { EMPTY: '' },
    );
    expect(problems.all()).toMatchObject([
      { path: 'a[1]', message: expect.stringContaining('variable GONE, which is not set') },
      { path: 'b', message: "refers to /gone/secret, which can't be read" },
      { path: 'c', message: expect.stringContaining('EMPTY') },
    ]);
  });
});
