import { describe, expect, it } from 'vitest';
import { sourceName } from './source-name.js';

const online = (key: string, baseUrl?: string) => sourceName({ kind: 'online', key }, baseUrl);
const KEY = 'configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbb';

describe('the name of a source', () => {
  it('differs by key, by address and by file', () => {
    const names = [
      online(KEY),
      online(`${KEY}b`),
      online(KEY, 'https://own.example'),
      online(KEY, 'https://own.example/under'),
      online(KEY, 'http://own.example'),
      sourceName({ kind: 'offline', filePath: '/a.json' }, undefined),
      sourceName({ kind: 'offline', filePath: '/b.json' }, undefined),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('is one however its address is written, and whatever its login', () => {
    const own = online(KEY, 'https://own.example/a');
    expect(online(KEY, 'https://own.example/a/')).toBe(own);
    expect(online(KEY, 'https://user:word@own.example:443/a')).toBe(own);
  });

  it('tells neither key nor address', () => {
    expect(online(KEY, 'https://own.example')).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is none where there is nothing to store', () => {
    expect(sourceName({ kind: 'none' }, undefined)).toBeUndefined();
  });
});
