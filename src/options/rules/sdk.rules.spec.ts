import { describe, expect, it } from 'vitest';
import { Binder } from '../bind.js';
import { deriveDefaults } from '../derived-defaults.js';
import { Options } from '../options.js';
import { Problems, type Problem } from '../problems.js';
import { checkSdks } from './sdk.rules.js';

const KEY = `${'a'.repeat(22)}/${'b'.repeat(22)}`;

function check(sdks: unknown): readonly Problem[] {
  const problems = new Problems();
  const options = new Binder(problems).bind(Options, { sdks });
  deriveDefaults(options, { cwd: '/', optionsFile: undefined, dataDirIsVariable: false });
  checkSdks(options.sdks, problems);
  return problems.all();
}

describe('SDKs', () => {
  it('do not share a key, and the message does not show it', () => {
    expect(check({ a: { key: KEY }, b: { key: KEY } })).toEqual([
      { path: 'sdks.b.key', message: 'has the same key as sdks.a' },
    ]);
  });

  it.each([KEY, `configcat-sdk-1/${KEY}`])('take a key of the form %s', (key) => {
    expect(check({ a: { key } })).toEqual([]);
  });

  it.each(['short', `x/${KEY}`, 'configcat-proxy/shop', `${KEY}c`])(
    'do not go to ConfigCat with the key %s',
    (key) => {
      const [problem] = check({ a: { key } });
      expect(problem?.path).toBe('sdks.a.key');
      expect(problem?.message).not.toContain(key);
    },
  );

  it('may go to another proxy by SDK id', () => {
    expect(check({ a: { key: 'configcat-proxy/shop', base_url: 'http://proxy:8050' } })).toEqual(
      [],
    );
  });

  it('may have any key offline, but need a file', () => {
    const local = { file_path: 'a.json' };
    expect(check({ a: { key: 'any', offline: { enabled: true, local } } })).toEqual([]);
    expect(check({ a: { key: 'any', offline: { enabled: true } } })).toEqual([
      { path: 'sdks.a.offline.local.file_path', message: 'is needed with offline.enabled' },
    ]);
  });
});
