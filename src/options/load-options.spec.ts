import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOptions, type LoadedOptions } from './load-options.js';
import { OptionsError } from './options.error.js';

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'load-options-'));
}

function load(yaml: string, env: NodeJS.ProcessEnv = {}): LoadedOptions {
  const cwd = directory();
  writeFileSync(join(cwd, 'options.yml'), yaml);
  return loadOptions({ argv: [], env, cwd });
}

function errorOf(run: () => unknown): OptionsError {
  try {
    run();
  } catch (error) {
    if (error instanceof OptionsError) return error;
    throw error;
  }
  throw new Error('expected an OptionsError');
}

describe('loading', () => {
  it('tells of what is likely not meant', () => {
    const { warnings } = load('', { CONFIGCAT_HTTP_PROT: 'S3CRET' });
    expect(warnings).toEqual([expect.stringContaining('CONFIGCAT_HTTP_PORT')]);
  });
});

describe('the message of a refused start', () => {
  const key = `${'S3CRET'.repeat(3)}abcd/${'S3CRET'.repeat(3)}abcd`;

  it.each([
    ['CONFIGCAT_SDKS the wrong way round', '', { [key]: 'web' }],
    ['two of them', '', { [key]: 'web', [`${key}2`]: 'web' }],
    ['a key for an id', `sdks:\n  ${key}: { key: web }\n`, undefined],
    ['a key for an option', `sdks:\n  web:\n    ${key}:\n`, undefined],
    ['a key for a value', `sdks:\n  web: ${key}\n`, undefined],
    ['a key before a reference', `sdks:\n  ${key}: "\${NOPE}"\n`, undefined],
  ])('does not hold an SDK key: %s', (_name, yaml, sdks) => {
    const env = sdks === undefined ? {} : { CONFIGCAT_SDKS: JSON.stringify(sdks) };
    const { message } = errorOf(() => load(yaml, env));
    expect(message).toContain('sdks');
    expect(message).not.toContain('S3CRET');
  });
});

describe('loading without an options file', () => {
  it('makes one destination, one SDK and one admin token, on loopback', () => {
    const cwd = directory();
    const { options, ...files } = loadOptions({ argv: [], env: {}, cwd });

    expect(files).toEqual({
      optionsFile: undefined,
      tokenFile: join(cwd, '.data', 'token'),
      adminTokenFile: join(cwd, '.data', 'admin-token'),
      warnings: [],
    });
    expect([...options.sdks.keys()]).toEqual(['default']);
    expect(options.sdks.get('default')).toMatchObject({
      audienceFlags: true,
      source: { kind: 'none' },
    });
    const token = readFileSync(join(cwd, '.data', 'token'), 'utf8').trim();
    expect([...options.engage.destinations.keys()]).toEqual(['engage']);
    expect(options.engage.destinations.get('engage')?.tokens).toEqual([token]);
    expect(options.admin.tokens).toMatchObject([{ name: 'first-start', role: 'admin' }]);
    expect(options.http).toMatchObject({ host: '127.0.0.1', loopbackOnly: true });
    expect(options.diag.host).toBe('127.0.0.1');
    expect(options.database.url).toBeUndefined();
  });

  it('is the same at the next start', () => {
    const cwd = directory();
    const first = loadOptions({ argv: [], env: {}, cwd });
    expect(loadOptions({ argv: [], env: {}, cwd })).toEqual(first);
  });

  it('takes SDKs of the environment in place of the default one', () => {
    const env = { CONFIGCAT_SDKS: `{"shop":"${'a'.repeat(22)}/${'b'.repeat(22)}"}` };
    const { options } = loadOptions({ argv: [], env, cwd: directory() });
    expect([...options.sdks.keys()]).toEqual(['shop']);
    expect([...options.engage.destinations.keys()]).toEqual(['engage']);
  });

  it('makes nothing when a variable is wrong', () => {
    const cwd = directory();
    const env = { CONFIGCAT_HTTP_PORT: 'x' };
    const error = errorOf(() => loadOptions({ argv: [], env, cwd }));
    expect(error.problems).toEqual([
      {
        path: 'http.port',
        message: 'must be a whole number (it comes from the variable CONFIGCAT_HTTP_PORT)',
      },
    ]);
    expect(existsSync(join(cwd, '.data'))).toBe(false);
  });
});

describe('a data directory that cannot be made', () => {
  it('is a problem like any other', () => {
    const file = join(directory(), 'file');
    writeFileSync(file, '');
    const env = { AUDIENCE_SYNC_DATA_DIR: join(file, 'data') };
    const error = errorOf(() => loadOptions({ argv: [], env, cwd: directory() }));
    expect(error.problems).toMatchObject([
      { path: 'data_dir', message: expect.stringContaining('ENOTDIR') },
    ]);
  });
});

describe('loading an options file', () => {
  it('makes no token and names the file', () => {
    const { optionsFile, tokenFile, options } = load('sdks:\n  a:\n');
    expect(optionsFile).toMatch(/options\.yml$/);
    expect(tokenFile).toBeUndefined();
    expect(options.engage.destinations.size).toBe(0);
    expect(options.admin.tokens).toEqual([]);
    expect(existsSync(options.dataDir)).toBe(false);
  });

  it('freezes what it gives', () => {
    const { options } = load('sdks:\n  a:\n');
    expect(Object.isFrozen(options.http.sse.cors)).toBe(true);
    expect(Object.isFrozen(options.sdks.get('a'))).toBe(true);
  });

  it('lists all problems in one error with a stable code', () => {
    const error = errorOf(() => load('http:\n  prot: 1\nengage:\n  destinations:\n    a:\n'));
    expect(error.code).toBe('invalid_options');
    expect(error.message.split('\n')).toHaveLength(3);
    expect(error.message).toMatch(/^2 problems with the options in .*options\.yml:\n/);
    expect(error.message).toContain('\n  http.prot: is not an option; the nearest is `port`');
  });

  it('reads numbers, switches and lists that a variable holds as text', () => {
    const yaml = [
      'http:',
      '  port: ${PORT}',
      '  api: { enabled: "${ON}", cors: { allowed_origins: "${ORIGINS}" } }',
    ].join('\n');
    const env = { PORT: '9000', ON: 'false', ORIGINS: '["https://a.example"]' };
    const { http } = load(yaml, env).options;
    expect([http.port, http.api.enabled]).toEqual([9_000, false]);
    expect(http.api.cors.allowedOrigins).toEqual(['https://a.example']);
  });

  it('with a reference that leads nowhere has that one problem', () => {
    const yaml = 'admin:\n  tokens:\n    - { name: a, token: "${GONE}" }\n';
    expect(errorOf(() => load(yaml)).problems).toMatchObject([{ path: 'admin.tokens[0].token' }]);
  });

  it('that is not there has that one problem', () => {
    const input = { argv: ['-c', 'gone.yml'], env: {}, cwd: directory() };
    expect(errorOf(() => loadOptions(input)).problems).toMatchObject([{ path: '-c' }]);
  });
});
