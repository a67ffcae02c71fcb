import { describe, expect, it } from 'vitest';
import { Binder } from '../bind.js';
import { Options } from '../options.js';
import { Problems, type Problem } from '../problems.js';
import { checkHttp } from './http.rules.js';

function check(raw: unknown): readonly Problem[] {
  const problems = new Problems();
  const options = new Binder(problems).bind(Options, raw);
  checkHttp(options, problems);
  return problems.all();
}

function patterns(...list: readonly string[]): unknown {
  const regex = { patterns: list, if_no_match: 'https://a.example' };
  return { http: { sse: { cors: { allowed_origins_regex: regex } } } };
}

describe('the servers', () => {
  it('do not share a port, unless any free one will do', () => {
    expect(check({ http: { port: 1 }, diag: { port: 1 } })).toMatchObject([{ path: 'diag.port' }]);
    expect(check({ http: { port: 0 }, diag: { port: 0 } })).toEqual([]);
    expect(check({ http: { port: 1 }, diag: { port: 1, enabled: false } })).toEqual([]);
    const apart = { http: { port: 1, host: '10.0.0.1' }, diag: { port: 1, host: '127.0.0.1' } };
    expect(check(apart)).toEqual([]);
  });
});

describe('origin patterns', () => {
  it('compile on the engine that matches them', () => {
    expect(check(patterns('^https://.*\\.example$'))).toEqual([]);
    expect(check(patterns('ok', '(?=a)b', '(', '(a)\\1'))).toMatchObject([
      { path: 'http.sse.cors.allowed_origins_regex.patterns[1]' },
      { path: 'http.sse.cors.allowed_origins_regex.patterns[2]' },
      { path: 'http.sse.cors.allowed_origins_regex.patterns[3]' },
    ]);
  });

  it.each(['cdn_proxy', 'api', 'sse', 'ofrep'])('of %s need if_no_match', (group) => {
    const raw = { http: { [group]: { cors: { allowed_origins_regex: { patterns: ['a'] } } } } };
    expect(check(raw)).toEqual([
      {
        path: `http.${group}.cors.allowed_origins_regex.if_no_match`,
        message: 'is needed with patterns',
      },
    ]);
  });
});

describe('allowed origins', () => {
  it.each(['https://a\r\nX-Injected: b', 'https://a\nb', 'https://a b', 'https://ä', '\0'])(
    '%j could break out of their header, or break it',
    (origin) => {
      const regex = { patterns: ['a'], if_no_match: origin };
      const cors = { allowed_origins: ['*', origin], allowed_origins_regex: regex };
      expect(check({ http: { api: { cors } } })).toMatchObject([
        { path: 'http.api.cors.allowed_origins[1]' },
        { path: 'http.api.cors.allowed_origins_regex.if_no_match' },
      ]);
    },
  );

  it('are what browsers send', () => {
    const allowed_origins = ['https://a.example:8443', 'http://[::1]:3000', 'null', '*'];
    expect(check({ http: { sse: { cors: { allowed_origins } } } })).toEqual([]);
  });
});

describe("the webhook's basic authentication", () => {
  it.each([{ user: 'a' }, { password: 'S3CRET' }])('is whole or not there: %j', (auth) => {
    expect(check({ http: { webhook: { auth } } })).toEqual([
      { path: 'http.webhook.auth', message: 'needs both user and password, or neither' },
    ]);
  });

  it('is one problem when a half of it is wrong', () => {
    expect(check({ http: { webhook: { auth: { user: 'a', password: 5 } } } })).toHaveLength(1);
  });
});
