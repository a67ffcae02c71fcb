import { describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { request } from '../support/http-answer.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { TestBed } from '../support/test-bed.js';

type Group = 'cdn' | 'api' | 'sse' | 'ofrep' | 'hook';
type Headers = Readonly<Record<string, string>>;

interface Route {
  readonly group: Group;
  readonly method: 'GET' | 'POST';
  /** `ID`, `KEY` and `DATA` stand for an SDK id, an SDK key, and the base64 of a question. */
  readonly path: string;
  readonly body?: string;
  /** By which the SDK is named where the path does not. */
  readonly header?: 'X-ConfigCat-SdkId' | 'X-ConfigCat-SdkKey';
  /** Of the answer when all is well; undefined: none, since there is no body. */
  readonly type?: string;
}

const JSON_TYPE = 'application/json';
const STREAM = 'text/event-stream';
const QUESTION = '{"key":"simple"}';
const api = { group: 'api', method: 'POST', body: QUESTION, type: JSON_TYPE } as const;
const sse = { group: 'sse', method: 'GET', type: STREAM } as const;
const ofrep = { group: 'ofrep', method: 'POST', body: '{"context":{}}', type: JSON_TYPE } as const;
const byKey = { header: 'X-ConfigCat-SdkKey' } as const;
const byId = { header: 'X-ConfigCat-SdkId' } as const;

const ROUTES: readonly Route[] = [
  {
    group: 'cdn',
    method: 'GET',
    path: '/configuration-files/configcat-proxy/ID/config_v6.json',
    type: JSON_TYPE,
  },
  { group: 'cdn', method: 'GET', path: '/configuration-files/configcat-proxy/ID', type: JSON_TYPE },
  { group: 'cdn', method: 'GET', path: '/configuration-files/KEY/config_v6.json', type: JSON_TYPE },
  { group: 'cdn', method: 'GET', path: '/configuration-files/KEY', type: JSON_TYPE },
  { ...api, path: '/api/ID/eval' },
  { ...api, path: '/api/eval', ...byKey },
  { ...api, path: '/api/ID/eval-all' },
  { ...api, path: '/api/eval-all', ...byKey },
  { ...api, path: '/api/ID/user' },
  { ...api, path: '/api/user', ...byKey },
  { group: 'api', method: 'POST', path: '/api/ID/refresh' },
  { group: 'api', method: 'POST', path: '/api/refresh', ...byKey },
  { group: 'api', method: 'GET', path: '/api/ID/keys', type: JSON_TYPE },
  { group: 'api', method: 'GET', path: '/api/keys', type: JSON_TYPE, ...byKey },
  { ...sse, path: '/sse/ID/eval/DATA' },
  { ...sse, path: '/sse/eval/k/DATA' },
  { ...sse, path: '/sse/ID/eval-all/DATA' },
  { ...sse, path: '/sse/ID/eval-all' },
  { ...sse, path: '/sse/eval-all/k/DATA' },
  { ...sse, path: '/sse/ID/refetch/DATA' },
  { ...ofrep, path: '/ofrep/v1/evaluate/flags/simple', ...byId },
  { ...ofrep, path: '/ofrep/v1/evaluate/flags/simple', ...byKey },
  { ...ofrep, path: '/ofrep/v1/evaluate/flags', ...byId },
  { ...ofrep, path: '/ofrep/v1/evaluate/flags', ...byKey },
  { group: 'hook', method: 'GET', path: '/hook/ID' },
  { group: 'hook', method: 'POST', path: '/hook/ID' },
];
const ALL = ROUTES.map(
  (route) => [`${route.method} ${route.path} ${route.header ?? ''}`, route] as const,
);
const isBy = (word: RegExp, route: Route): boolean => word.test(`${route.path} ${route.header}`);
const of = (...groups: readonly Group[]) => ALL.filter(([, { group }]) => groups.includes(group));

const file = new ConfigFile(SERVED_FLAGS);
const KEYS = {
  file: 'configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbb',
  missing: 'cccccccccccccccccccccc/dddddddddddddddddddddd',
  nobody: 'eeeeeeeeeeeeeeeeeeeeee/ffffffffffffffffffffff',
};
const sdks = {
  file: { offline: file.offline, key: KEYS.file },
  missing: {
    key: KEYS.missing,
    offline: { enabled: true, local: { file_path: '/nowhere/config_v6.json' } },
  },
};
const HTTP = { port: 0, host: '127.0.0.1' };
const SECRET = { auth_headers: { 'X-Api-Key': 'secret' } };
const EXTRA = { headers: { 'X-Extra': 'yes' } };
const on = new TestBed({ sdks });
const guarded = new TestBed({
  sdks,
  http: {
    ...HTTP,
    cdn_proxy: EXTRA,
    sse: EXTRA,
    api: { ...EXTRA, ...SECRET },
    ofrep: { ...EXTRA, ...SECRET },
    webhook: SECRET,
  },
});
const OFF = { enabled: false };
const off = new TestBed({
  sdks,
  http: { ...HTTP, cdn_proxy: OFF, sse: OFF, api: OFF, ofrep: OFF, webhook: OFF },
});

interface Asking {
  readonly at?: TestBed;
  readonly sdk?: keyof typeof KEYS | undefined;
  readonly method?: string;
  readonly headers?: Headers;
}

/** Status, text, and all headers but those of the connection, of time, and `Vary`. */
async function ask(
  route: Route,
  { at = on, sdk = 'file', method = route.method, headers = {} }: Asking,
): Promise<object> {
  const data = Buffer.from(JSON.stringify({ key: 'simple', sdkKey: KEYS[sdk] }));
  const path = route.path
    .replace('ID', sdk)
    .replace('KEY', KEYS[sdk])
    .replace('DATA', data.toString('base64url'));
  const named = route.header && { [route.header]: isBy(/SdkKey/, route) ? KEYS[sdk] : sdk };
  const answer = await request(at.base + path, {
    method,
    headers: { ...named, ...headers },
    ...(method === 'POST' && { body: route.body ?? null }),
  });
  const told = Object.fromEntries(answer.headers);
  for (const name of ['date', 'connection', 'keep-alive', 'vary']) delete told[name];
  return { status: answer.status, text: answer.text, headers: told };
}

function plain(status: number, message: string, headers: Headers = {}): object {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return whole(status, `${message}\n`, { ...type, ...headers });
}

function json(status: number, body: object, headers: Headers = {}): object {
  return whole(status, JSON.stringify(body), { 'content-type': JSON_TYPE, ...headers });
}

function whole(status: number, text: string, headers: Headers): object {
  return { status, text, headers: { 'content-length': `${Buffer.byteLength(text)}`, ...headers } };
}

const EXPOSED = 'Content-Length,ETag,Date,Content-Encoding';

/** CORS and the extra headers, which hooks have not. */
function groupHeaders({ group }: Route, extra?: 'X-Extra'): Headers {
  if (group === 'hook') return {};
  const exposed = extra === undefined ? EXPOSED : `${EXPOSED},${extra}`;
  return {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': exposed,
    ...(extra !== undefined && { 'x-extra': 'yes' }),
  };
}

function refusal(route: Route, status: number, message: string): object {
  const headers = groupHeaders(route);
  if (route.group !== 'ofrep') return plain(status, message, headers);
  const key = route.path.endsWith('simple') && status !== 500 ? { key: 'simple' } : {};
  const code = status === 500 ? {} : { errorCode: 'GENERAL' };
  return json(status === 500 ? 500 : 400, { ...key, ...code, errorDetails: message }, headers);
}

describe('a route that is on', () => {
  it.each(of('cdn', 'api', 'ofrep', 'hook'))('%s answers 200', async (_name, route) => {
    const { type } = route;
    const expected: Headers =
      type === undefined ? { 'content-length': '0' } : { 'content-type': type };
    expect(await ask(route, {})).toMatchObject({
      status: 200,
      ...(type === undefined && { text: '' }),
      headers: { ...expected, ...groupHeaders(route) },
    });
  });

  it.each(ALL.filter(([, { method }]) => method === 'GET'))(
    '%s answers HEAD with the headers of GET alone',
    async (_name, route) => {
      const headers = route.type === undefined ? {} : { 'content-type': route.type };
      expect(await ask(route, { method: 'HEAD' })).toMatchObject({
        status: 200,
        text: '',
        headers: { ...headers, ...groupHeaders(route) },
      });
    },
  );

  it.each(ALL)('%s has no other method', async (_name, route) => {
    const hook = route.group === 'hook';
    const allow = hook
      ? 'GET, HEAD, POST'
      : route.method === 'GET'
        ? 'GET, HEAD, OPTIONS'
        : 'OPTIONS, POST';
    const wrong = hook ? [] : [route.method === 'GET' ? 'POST' : 'GET'];
    for (const method of ['PUT', 'PATCH', 'DELETE', ...wrong]) {
      expect(await ask(route, { method })).toEqual(plain(405, 'Method Not Allowed', { allow }));
    }
  });

  it.each(of('cdn', 'api', 'sse', 'ofrep'))('%s answers OPTIONS', async (_name, route) => {
    const usual = 'Cache-Control,Content-Type,Content-Length,Accept-Encoding,If-None-Match';
    const own = {
      cdn: '',
      sse: '',
      hook: '',
      api: ',X-Api-Key,X-ConfigCat-SdkKey',
      ofrep: ',X-Api-Key,X-ConfigCat-SdkId,X-ConfigCat-SdkKey',
    };
    expect(await ask(route, { at: guarded, method: 'OPTIONS', sdk: 'nobody' })).toEqual({
      status: 204,
      text: '',
      headers: {
        ...groupHeaders(route, 'X-Extra'),
        'access-control-allow-credentials': 'false',
        'access-control-max-age': '600',
        'access-control-allow-headers': usual + own[route.group],
        'access-control-allow-methods': `${route.method},OPTIONS`,
      },
    });
  });

  it.each(of('hook'))('%s has no OPTIONS', async (_name, route) => {
    const expected = plain(405, 'Method Not Allowed', { allow: 'GET, HEAD, POST' });
    expect(await ask(route, { method: 'OPTIONS' })).toEqual(expected);
  });
});

describe('a route that is off', () => {
  it.each(ALL)('%s is no route, whatever the method', async (_name, route) => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
      expect(await ask(route, { at: off, method })).toEqual(plain(404, '404 page not found'));
    }
  });
});

describe('without the headers that it asks for', () => {
  it.each(of('api', 'ofrep', 'hook'))('%s is 401', async (_name, route) => {
    const expected = plain(401, 'Unauthorized', groupHeaders(route, 'X-Extra'));
    expect(await ask(route, { at: guarded, sdk: 'nobody' })).toEqual(expected);
    const headers = { 'X-Api-Key': 'secret' };
    expect(await ask(route, { at: guarded, headers })).toMatchObject({ status: 200 });
  });
});

describe('for an SDK', () => {
  it.each(of('cdn', 'api', 'sse', 'ofrep'))('that is none %s says so', async (_name, route) => {
    const expected = refusal(route, 404, 'could not identify a configured SDK');
    expect(await ask(route, { sdk: 'nobody' })).toEqual(expected);
  });

  const INVALID = 'requested SDK is in an invalid state; please check the logs for more details';
  it.each(of('cdn', 'api', 'sse', 'ofrep'))(
    'without any config %s says so',
    async (_name, route) => {
      expect(await ask(route, { sdk: 'missing' })).toEqual(refusal(route, 500, INVALID));
    },
  );

  it.each(of('hook'))('without any config %s tries to fetch one', async (_name, route) => {
    expect(await ask(route, { sdk: 'missing' })).toEqual(whole(200, '', {}));
  });
});
