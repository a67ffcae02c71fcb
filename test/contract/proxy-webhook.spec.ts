import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { onlineSdk } from '../support/online-sdk.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { startTestService, type TestService } from '../support/service.js';
import { PATIENCE } from '../support/test-bed.js';
import { config, status, TestUpstream, textConfig } from '../support/upstream.js';

const KEY = 'configcat_whsk_test';
const WINDOW = 300;
const RARELY = { poll_interval: 3_600 };
const HTTP = { port: 0, host: '127.0.0.1' };
const BASIC = `Basic ${Buffer.from('ann:secret').toString('base64')}`;

let upstream: TestUpstream;
let database: TestDatabase;
let open: TestService;
let guarded: TestService;
let off: TestService;

beforeAll(async () => {
  upstream = await TestUpstream.start(config(textConfig('first')));
  database = await createTestDatabase();
  const sdks = {
    open: onlineSdk(upstream, RARELY),
    signed: onlineSdk(upstream, {
      ...RARELY,
      webhook_signing_key: KEY,
      webhook_signature_valid_for: WINDOW,
    }),
  };
  open = await startTestService(database.url, { sdks });
  guarded = await startTestService(database.url, {
    sdks,
    http: {
      ...HTTP,
      webhook: {
        auth_headers: { 'X-Hook': 'a', 'X-More': 'b' },
        auth: { user: 'ann', password: 'secret' },
      },
    },
  });
  off = await startTestService(database.url, {
    sdks,
    http: { ...HTTP, webhook: { enabled: false } },
  });
});
afterAll(async () => {
  await Promise.all([open, guarded, off].map((service) => service.stop()));
  await database.drop();
  await upstream.stop();
});

/** What a call answers, and how often the upstream was asked meanwhile. */
async function call(
  sdkId: string,
  init: RequestInit = {},
  service = open,
): Promise<HttpAnswer & { readonly fetches: number }> {
  const before = upstream.asked.length;
  const answer = await request(`${service.base}/hook/${sdkId}`, init);
  return { ...answer, fetches: upstream.asked.length - before };
}

let deliveries = 0;

function delivery({ age = 0, body = 'body', key = KEY, id = `delivery-${deliveries++}` } = {}) {
  const timestamp = String(Math.floor(Date.now() / 1_000) - age);
  const signature = createHmac('sha256', key)
    .update(id + timestamp + body)
    .digest('base64');
  return {
    method: 'POST',
    body,
    headers: {
      'X-ConfigCat-Webhook-Signature-V1': signature,
      'X-ConfigCat-Webhook-ID': id,
      'X-ConfigCat-Webhook-Timestamp': timestamp,
    },
  };
}

async function valueAt({ base }: TestService, sdkId: string): Promise<unknown> {
  const body = '{"key":"text"}';
  return Object((await request(`${base}/api/${sdkId}/eval`, { method: 'POST', body })).body).value;
}

describe('a webhook', () => {
  it.each(['GET', 'POST'])('of %s fetches the config, and answers 200, empty', async (method) => {
    const answer = await call('open', { method });
    expect(answer).toMatchObject({ status: 200, text: '', fetches: 1 });
    expect(answer.headers.get('content-length')).toBe('0');
    expect(answer.headers.get('content-type')).toBeNull();
  });

  it('reaches this replica before it answers, and the others then', async () => {
    upstream.answer(config(textConfig('second')));
    await call('open');
    expect(await valueAt(open, 'open')).toBe('second');
    await expect.poll(() => valueAt(off, 'open'), PATIENCE).toBe('second');
  });

  it('is 200 when the fetch fails, and the last good config stays', async () => {
    const value = await valueAt(open, 'open');
    upstream.answer(status(500));
    expect(await call('open')).toMatchObject({ status: 200, text: '' });
    expect(await valueAt(open, 'open')).toBe(value);
    upstream.answer(config(textConfig('third')));
  });

  it('for an SDK that is none is 404', async () => {
    for (const id of ['nobody', '__proto__']) {
      const answer = await call(id);
      expect(answer).toMatchObject({
        status: 404,
        text: `SDK not found for identifier: '${id}'\n`,
        fetches: 0,
      });
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('has no CORS, and OPTIONS is no method of it', async () => {
    const headers = { origin: 'https://a.example' };
    for (const route of ['/hook/open', '/hook-test']) {
      const answer = await request(open.base + route, { method: 'OPTIONS', headers });
      expect(answer).toMatchObject({ status: 405, text: 'Method Not Allowed\n' });
      expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
      const { headers: told } = await request(open.base + route, { headers });
      expect([...told.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('of more than a megabyte is 413', async () => {
    const body = 'x'.repeat(1_048_577);
    expect(await call('signed', delivery({ body }))).toMatchObject({ status: 413, fetches: 0 });
  });

  it('that is switched off is 404', async () => {
    for (const path of ['/hook/open', '/hook-test']) {
      expect(await request(off.base + path)).toMatchObject({
        status: 404,
        text: '404 page not found\n',
      });
    }
  });
});

describe('a signed webhook', () => {
  it('fetches the config', async () => {
    expect(await call('signed', delivery())).toMatchObject({ status: 200, fetches: 1 });
    const { headers } = delivery({ body: '' });
    expect(await call('signed', { headers })).toMatchObject({ status: 200, fetches: 1 });
  });

  it('may be late, or early, by its window', async () => {
    for (const age of [WINDOW - 30, 30 - WINDOW]) {
      expect(await call('signed', delivery({ age }))).toMatchObject({ status: 200, fetches: 1 });
    }
  });

  it('that is repeated is 200, and fetches nothing', async () => {
    const once = delivery();
    expect(await call('signed', once)).toMatchObject({ status: 200, text: '', fetches: 1 });
    expect(await call('signed', once)).toMatchObject({ status: 200, text: '', fetches: 0 });
  });

  it('that is repeated with its id and time cut elsewhere fetches nothing', async () => {
    const once = delivery({ id: `delivery-${Date.now()}-00` });
    expect(await call('signed', once)).toMatchObject({ status: 200, fetches: 1 });
    const { 'X-ConfigCat-Webhook-ID': id, 'X-ConfigCat-Webhook-Timestamp': time } = once.headers;
    for (const zeros of ['0', '00']) {
      const cut = {
        ...once.headers,
        'X-ConfigCat-Webhook-ID': id.slice(0, -zeros.length),
        'X-ConfigCat-Webhook-Timestamp': zeros + time,
      };
      expect(await call('signed', { ...once, headers: cut })).toMatchObject({
        status: 400,
        fetches: 0,
      });
    }
  });

  it('that was refused is not taken for a repetition later', async () => {
    const id = 'refused-first';
    expect(await call('signed', delivery({ id, key: 'other' }))).toMatchObject({ status: 400 });
    expect(await call('signed', delivery({ id }))).toMatchObject({ status: 200, fetches: 1 });
  });

  const { headers, ...unsigned } = delivery();
  it.each([
    ['no header', unsigned],
    ['another key', delivery({ key: 'other' })],
    ['another body', { ...delivery(), body: 'other' }],
    ['too old', delivery({ age: WINDOW + 30 })],
    ['too early', delivery({ age: -WINDOW - 30 })],
    ['no id', { method: 'POST', headers: { ...headers, 'X-ConfigCat-Webhook-ID': '' } }],
  ])('with %s is 400', async (_what, init) => {
    expect(await call('signed', init)).toMatchObject({
      status: 400,
      text: 'Signature validation failed\n',
      fetches: 0,
    });
  });
});

describe('the credentials of a webhook', () => {
  const all = { 'X-Hook': 'a', 'X-More': 'b', Authorization: BASIC };

  it.each([
    ['all', all, 200],
    ['none', {}, 401],
    ['headers alone', { 'X-Hook': 'a', 'X-More': 'b' }, 401],
    ['basic authentication alone', { Authorization: BASIC }, 401],
    ['one wrong header', { ...all, 'X-More': 'a' }, 401],
    ['a wrong password', { ...all, Authorization: `Basic ${btoa('ann:public')}` }, 401],
  ])('%s: %s', async (_what, headers, code) => {
    const answer = await call('open', { headers }, guarded);
    expect(answer.status).toBe(code);
    expect(answer.text).toBe(code === 200 ? '' : 'Unauthorized\n');
    expect(answer.fetches).toBe(code === 200 ? 1 : 0);
  });

  it('are asked for before anything is said of the SDK, and not by the test', async () => {
    expect(await call('nobody', {}, guarded)).toMatchObject({ status: 401 });
    for (const method of ['GET', 'POST']) {
      const answer = await request(`${guarded.base}/hook-test`, { method });
      expect(answer).toMatchObject({ status: 200, text: '' });
    }
  });
});
