import { describe, expect, it } from 'vitest';
import { Binder } from './bind.js';
import { Options } from './options.js';
import { Problems, type Problem } from './problems.js';

function problemsOf(raw: unknown): readonly Problem[] {
  const problems = new Problems();
  new Binder(problems).bind(Options, raw);
  return problems.all();
}

describe('the binder', () => {
  it('reports all problems at once, each with its path', () => {
    const raw = {
      http: { port: 'x', workers: 0, sse: { heart_beat_interval: '5ms' } },
      sdks: { shop: { poll_interval: 1.5 } },
      admin: { tokens: [{ name: 'a' }] },
      log: { level: 'loud' },
      engage: { destinations: { a: { context_key: 'email' } } },
    };
    expect(problemsOf(raw)).toEqual([
      { path: 'sdks.shop.poll_interval', message: 'must be a whole number' },
      { path: 'http.port', message: 'must be a whole number' },
      { path: 'http.sse.heart_beat_interval', message: 'must be at least 1s' },
      { path: 'http.workers', message: 'must not be less than 1' },
      { path: 'log.level', message: expect.stringContaining('must be one of `debug`') },
      {
        path: 'engage.destinations.a.context_key',
        message: expect.stringContaining('path:$.traits.customer_id'),
      },
      { path: 'admin.tokens[0].token', message: 'is needed' },
    ]);
  });

  it('names the nearest key for one that is not known', () => {
    expect(problemsOf({ http: { prot: 1, sse: { max_conections: 5 } } })).toEqual([
      {
        path: 'http.sse.max_conections',
        message: 'is not an option; the nearest is `max_connections`',
      },
      { path: 'http.prot', message: 'is not an option; the nearest is `port`' },
    ]);
  });

  it("says what to use instead of the proxy's options", () => {
    expect(
      problemsOf({ cache: { redis: {} }, sdks: { a: { offline: { use_cache: true } } } }),
    ).toEqual([
      { path: 'sdks.a.offline.use_cache', message: expect.stringContaining('database.url') },
      { path: 'cache', message: expect.stringContaining('ConfigCat Proxy') },
    ]);
  });

  it('takes the zero values of the ConfigCat Proxy for the default', () => {
    const raw = {
      sdks: { a: { base_url: '', poll_interval: 0, offline: { local: { poll_interval: '0' } } } },
      http: { sse: { heart_beat_interval: 0, log: { level: '' } } },
      tls: { min_version: 0 },
      log: { level: '' },
    };
    const problems = new Problems();
    const options = new Binder(problems).bind(Options, raw);
    expect(problems.all()).toEqual([]);
    expect(options).toMatchObject({
      http: { sse: { heartBeatInterval: 15_000 } },
      tls: { minVersion: 'TLSv1.2' },
      log: { level: 'info' },
    });
    expect(options.sdks.get('a')).toMatchObject({
      baseUrl: undefined,
      pollInterval: 60,
      offline: { local: { pollInterval: 5 } },
    });
  });

  it('takes an empty key for one that is not there', () => {
    expect(problemsOf({ http: null, sdks: { a: null } })).toEqual([]);
    expect(problemsOf(undefined)).toEqual([]);
  });

  it('does not show an id that may be a key', () => {
    const [problem] = problemsOf({ sdks: { 'S3CRET/S3CRET': { key: 'shop' } } });
    expect(problem).toMatchObject({ path: 'sdks[0]' });
    expect(problem?.message).not.toContain('S3CRET');
  });

  it('lets no rule see an entry whose id may be a key', () => {
    const options = new Binder(new Problems()).bind(Options, {
      sdks: { 'S3CRET/S3CRET': { key: 'shop' }, web: {} },
    });
    expect([...options.sdks.keys()]).toEqual(['web']);
  });

  it('does not show a key that stands where an option should: it may be a secret', () => {
    const raw = {
      sdks: { web: { key: 'k', S3CRETS3CRET: null } },
      engage: { destinations: { a: { token: 't', S3CRET: 1 } } },
      admin: { tokens: [{ name: 'n', token: 't', role: 'admin', 'S3CRET=': 1 }] },
    };
    const found = problemsOf(raw);
    expect(found.map(({ path }) => path)).toEqual([
      'sdks.web',
      'engage.destinations.a',
      'admin.tokens[0]',
    ]);
    expect(found[0]?.message).toMatch(
      /^has a key \(number 2\) that is no option; the nearest is `/,
    );
    expect(JSON.stringify(found)).not.toContain('S3CRET');
  });

  it.each([{ http: [] }, { sdks: 'a' }, { admin: { tokens: {} } }, []])(
    'refuses the shape %j',
    (raw) => {
      expect(problemsOf(raw)).toHaveLength(1);
    },
  );

  it.each(['https://cdn.example', 'http://my_container:8080/x', 'http://[::1]:80'])(
    'takes %s for a web URL',
    (url) => {
      expect(problemsOf({ http: { public_url: url } })).toEqual([]);
    },
  );

  it.each(['cdn.example', 'ftp://cdn.example', 'http://', '/x'])(
    'does not take %s for a web URL',
    (url) => {
      expect(problemsOf({ http: { public_url: url } })).toEqual([
        { path: 'http.public_url', message: 'must be an http or https URL' },
      ]);
    },
  );
});
