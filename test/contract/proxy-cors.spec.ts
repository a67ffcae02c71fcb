import { describe, expect, it } from 'vitest';
import { request } from '../support/http-answer.js';
import { TestBed } from '../support/test-bed.js';

const HTTP = { port: 0, host: '127.0.0.1' };
const CONFIG = '/configuration-files/configcat-proxy/default/config_v6.json';
const STREAM = '/sse/default/eval-all';
const EVAL = '/api/default/eval';
const KEYS = '/api/default/keys';

const open = new TestBed();
const listed = new TestBed({
  http: {
    ...HTTP,
    cdn_proxy: { headers: { 'X-Extra': 'cdn', 'X-More': '1' } },
    api: {
      headers: { 'X-Extra': 'api' },
      auth_headers: { 'X-Api-Key': 'secret-a', 'X-Tenant': 'secret-b' },
      cors: { allowed_origins: ['https://first.example', 'https://second.example'] },
    },
    sse: {
      cors: {
        allowed_origins: ['https://listed.example'],
        allowed_origins_regex: {
          patterns: ['https://[a-z]+\\.team\\.example'],
          if_no_match: 'https://fallback.example',
        },
      },
    },
  },
});
const without = new TestBed({
  http: { ...HTTP, cdn_proxy: { cors: { enabled: false }, headers: { 'X-Extra': 'cdn' } } },
});

function namedHeaders(headers: Headers, prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith(prefix)));
}

function preflight(bed: TestBed, path: string, origin = 'https://a.example') {
  return request(bed.base + path, { method: 'OPTIONS', headers: { origin } });
}

const EXPOSED = 'Content-Length,ETag,Date,Content-Encoding';
const ALLOWED = 'Cache-Control,Content-Type,Content-Length,Accept-Encoding,If-None-Match';

describe('OPTIONS', () => {
  it.each([
    [CONFIG, 'GET,OPTIONS', ALLOWED],
    ['/configuration-files/configcat-proxy/default', 'GET,OPTIONS', ALLOWED],
    [STREAM, 'GET,OPTIONS', ALLOWED],
    ['/sse/default/eval/whatever', 'GET,OPTIONS', ALLOWED],
    [KEYS, 'GET,OPTIONS', `${ALLOWED},X-ConfigCat-SdkKey`],
    [EVAL, 'POST,OPTIONS', `${ALLOWED},X-ConfigCat-SdkKey`],
    ['/api/nobody/eval-all', 'POST,OPTIONS', `${ALLOWED},X-ConfigCat-SdkKey`],
  ])(
    '%s is answered 204, empty, with all that a browser asks for',
    async (path, methods, allowed) => {
      const answer = await preflight(open, path);
      expect(answer).toMatchObject({ status: 204, text: '' });
      expect(namedHeaders(answer.headers, 'access-control-')).toEqual({
        'access-control-allow-origin': 'https://a.example',
        'access-control-expose-headers': EXPOSED,
        'access-control-allow-credentials': 'false',
        'access-control-max-age': '600',
        'access-control-allow-headers': allowed,
        'access-control-allow-methods': methods,
      });
    },
  );

  it('names the headers of the options, and comes before authorization', async () => {
    const answer = await preflight(listed, EVAL);
    expect(answer.status).toBe(204);
    expect(namedHeaders(answer.headers, 'access-control-')).toMatchObject({
      'access-control-expose-headers': `${EXPOSED},X-Extra`,
      'access-control-allow-headers': `${ALLOWED},X-Api-Key,X-Tenant,X-ConfigCat-SdkKey`,
    });
    expect(answer.headers.get('x-extra')).toBe('api');
  });

  it('without CORS is 204 with the extra headers alone', async () => {
    const answer = await preflight(without, CONFIG);
    expect(answer.status).toBe(204);
    expect(namedHeaders(answer.headers, 'access-control-')).toEqual({});
    expect(answer.headers.get('x-extra')).toBe('cdn');
  });
});

describe('every answer', () => {
  it.each([CONFIG, '/configuration-files/configcat-proxy/nobody', KEYS])(
    'of %s names the origin that asks, or all',
    async (path) => {
      const asked = await request(open.base + path, { headers: { origin: 'https://a.example' } });
      expect(namedHeaders(asked.headers, 'access-control-')).toEqual({
        'access-control-allow-origin': 'https://a.example',
        'access-control-expose-headers': EXPOSED,
      });
      expect(asked.headers.get('vary')).toContain('Origin');
      const { headers } = await request(open.base + path);
      expect(headers.get('access-control-allow-origin')).toBe('*');
    },
  );

  it('has the extra headers of its group', async () => {
    const { headers } = await request(listed.base + CONFIG);
    expect(namedHeaders(headers, 'x-')).toMatchObject({ 'x-extra': 'cdn', 'x-more': '1' });
    expect(headers.get('access-control-expose-headers')).toBe(`${EXPOSED},X-Extra,X-More`);
  });

  it('has none without CORS', async () => {
    const { headers } = await request(without.base + CONFIG, { headers: { origin: 'https://a' } });
    expect(namedHeaders(headers, 'access-control-')).toEqual({});
    expect(headers.get('x-extra')).toBe('cdn');
  });
});

describe('the allowed origin', () => {
  it.each([
    ['https://first.example', 'https://first.example'],
    ['https://second.example', 'https://second.example'],
    ['https://third.example', 'https://first.example'],
    [undefined, 'https://first.example'],
  ])('of a list: %s is told %s', async (origin, allowed) => {
    const { headers } = await request(listed.base + EVAL, {
      method: 'POST',
      ...(origin !== undefined && { headers: { origin } }),
    });
    expect(headers.get('access-control-allow-origin')).toBe(allowed);
  });

  it.each([
    ['https://listed.example', 'https://listed.example'],
    ['https://blue.team.example', 'https://blue.team.example'],
    ['https://blue.team.example.evil', 'https://blue.team.example.evil'],
    ['https://other.example', 'https://fallback.example'],
    [undefined, 'https://fallback.example'],
  ])('of patterns, which are not anchored: %s is told %s', async (origin, allowed) => {
    const { headers } = await request(listed.base + STREAM, {
      method: 'HEAD',
      ...(origin !== undefined && { headers: { origin } }),
    });
    expect(headers.get('access-control-allow-origin')).toBe(allowed);
  });
});

describe('auth_headers', () => {
  const right = { 'x-api-key': 'secret-a', 'x-tenant': 'secret-b' };

  it.each([
    ['none', {}],
    ['one of two', { 'x-api-key': 'secret-a' }],
    ['one wrong', { ...right, 'x-tenant': 'secret-a' }],
    ['one with more after it', { ...right, 'x-tenant': 'secret-bb' }],
  ])('with %s the answer is 401, with CORS and the extra headers', async (_name, headers) => {
    for (const [method, path] of [
      ['POST', EVAL],
      ['GET', KEYS],
      ['POST', '/api/nobody/eval'],
    ] as const) {
      const answer = await request(listed.base + path, { method, headers });
      expect(answer).toMatchObject({ status: 401, text: 'Unauthorized\n' });
      expect(answer.headers.get('x-extra')).toBe('api');
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://first.example');
    }
  });

  it('with all of them pass', async () => {
    expect(await request(listed.base + KEYS, { headers: right })).toMatchObject({ status: 200 });
  });

  it('are of their own group alone', async () => {
    expect((await request(listed.base + STREAM, { method: 'HEAD' })).status).toBe(200);
  });
});
