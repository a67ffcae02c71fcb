import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findToken } from './admin-token.js';

describe('the token', () => {
  let cwd: string;
  let empty: string;

  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'audience-sync-token-'));
    empty = join(cwd, 'empty');
    mkdirSync(join(cwd, '.data'));
    mkdirSync(empty);
    writeFileSync(join(cwd, '.data', 'admin-token'), 'of-the-first-start\n');
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  const WITH_VARIABLE = { AUDIENCE_SYNC_TOKEN: 'of-the-variable' };

  it('is the one that is given, else that of the variable, else that of the first start', () => {
    expect(findToken('given', { cwd, env: WITH_VARIABLE })).toBe('given');
    expect(findToken(undefined, { cwd, env: WITH_VARIABLE })).toBe('of-the-variable');
    expect(findToken(undefined, { cwd, env: { AUDIENCE_SYNC_TOKEN: '' } })).toBe(
      'of-the-first-start',
    );
  });

  it('is missed by name where there is none', () => {
    expect(() => findToken(undefined, { cwd: empty, env: {} })).toThrow(
      /AUDIENCE_SYNC_TOKEN.*admin-token/,
    );
  });

  it.each(['two words', 'line\nbreak', 'ключ', ''])(
    'that no header can carry is refused without being shown: %j',
    (token) => {
      expect(() => findToken(token, { cwd, env: {} })).toThrow(/^The token holds a blank/);
    },
  );
});
