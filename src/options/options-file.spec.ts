import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findOptionsFile, readOptionsFile } from './options-file.js';
import { Problems, type Problem } from './problems.js';

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'options-file-'));
}

function fileOf(text: string, path = join(directory(), 'options.yml')): string {
  writeFileSync(path, text);
  return path;
}

function read(text: string): { tree: unknown; problems: readonly Problem[] } {
  const problems = new Problems();
  return { tree: readOptionsFile(fileOf(text), problems), problems: problems.all() };
}

describe('finding the options file', () => {
  const system = [fileOf(''), fileOf('')];

  it('takes the one after -c, seen from the working directory', () => {
    const cwd = directory();
    fileOf('', join(cwd, 'options.yml'));
    const path = fileOf('', join(cwd, 'other.yml'));
    const problems = new Problems();
    expect(findOptionsFile({ argv: ['-c', 'other.yml'], cwd }, problems, system)).toBe(path);
    expect(findOptionsFile({ argv: ['-c=other.yml'], cwd }, problems, system)).toBe(path);
    expect(problems.all()).toEqual([]);
  });

  it.each([[['--help']], [['options.yml']], [['-c', 'other.yml', '-x']], [['-C=other.yml']]])(
    'refuses arguments that it does not know: %j',
    (argv) => {
      const problems = new Problems();
      const cwd = directory();
      fileOf('', join(cwd, 'other.yml'));
      expect(findOptionsFile({ argv, cwd }, problems, system)).toBeUndefined();
      expect(problems.all()).toEqual([
        { path: JSON.stringify(argv.at(-1)), message: expect.stringContaining('is no argument') },
      ]);
    },
  );

  it('takes the one of the working directory, then those of the system in their order', () => {
    const cwd = directory();
    const problems = new Problems();
    expect(findOptionsFile({ argv: [], cwd }, problems, ['/gone', ...system])).toBe(system[0]);
    const path = fileOf('', join(cwd, 'options.yml'));
    expect(findOptionsFile({ argv: [], cwd }, problems, system)).toBe(path);
  });

  it('finds none where there is none', () => {
    expect(findOptionsFile({ argv: [], cwd: directory() }, new Problems(), [])).toBeUndefined();
  });

  it.each([['-c'], ['-c', 'gone.yml'], ['-c=']])('has a problem with %s %s', (...argv) => {
    const problems = new Problems();
    const found = findOptionsFile({ argv, cwd: directory() }, problems, system);
    expect(found).toBeUndefined();
    expect(problems.all()).toMatchObject([{ path: '-c' }]);
  });
});

describe('reading the options file', () => {
  it('gives its tree; an empty one has none', () => {
    expect(read('http:\n  port: 1\n')).toEqual({ tree: { http: { port: 1 } }, problems: [] });
    expect(read('')).toMatchObject({ problems: [] });
    expect(read('# only a comment\n')).toMatchObject({ problems: [] });
  });

  it('takes merge keys, as the proxy does', () => {
    const { tree } = read('x: &x\n  a: 1\ny:\n  <<: *x\n  b: 2\n');
    expect(tree).toMatchObject({ y: { a: 1, b: 2 } });
  });

  it.each([
    ['a: 1\nb: "S3CRET\n', 3],
    ['a: 1\na: S3CRET\n', 2],
    ['a:\n\tb: S3CRET\n', 2],
    ['a: 1\n b: S3CRET\n', 1],
    ['a: *S3CRET\n', 1],
    ['a: 1\n---\nb: S3CRET\n', 2],
  ])('has one problem with %j, which names the line and quotes nothing', (text, line) => {
    const { tree, problems } = read(text);
    expect(tree).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(`line ${line}`);
    expect(problems[0]?.message).not.toContain('S3CRET');
  });

  it('does not unfold aliases without end', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let i = 0; i < 6; i += 1) {
      const [from, to] = ['abcdefg'[i], 'abcdefg'[i + 1]];
      bomb.push(`${to}: &${to} [${`*${from}, `.repeat(9)}]`);
    }
    expect(read(bomb.join('\n')).problems).toHaveLength(1);
  });

  it('has a problem with what it cannot read', () => {
    const path = join(directory(), 'options.yml');
    mkdirSync(path);
    const problems = new Problems();
    readOptionsFile(path, problems);
    expect(problems.all()).toEqual([{ path, message: "can't be read (EISDIR)" }]);
  });

  it.each(['- &a [*a]', 'http: &h { port: *h }'])('refuses what holds itself: %s', (text) => {
    const { tree, problems } = read(text);
    expect(tree).toBeUndefined();
    expect(problems).toEqual([
      { path: expect.any(String), message: expect.stringContaining('inside of what it refers to') },
    ]);
  });
});
