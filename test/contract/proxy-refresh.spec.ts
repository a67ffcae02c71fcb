import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { onlineSdk, sdkKey } from '../support/online-sdk.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { RawClient } from '../support/raw-client.js';
import { startTestService, type TestService } from '../support/service.js';
import { config, status, TestUpstream, textConfig } from '../support/upstream.js';

const KEY = sdkKey();

let upstream: TestUpstream;
let database: TestDatabase;
let service: TestService;

beforeAll(async () => {
  upstream = await TestUpstream.start(config(textConfig('first')));
  database = await createTestDatabase();
  service = await startTestService(database.url, {
    sdks: {
      online: onlineSdk(upstream, { key: KEY, poll_interval: 3_600 }),
      sourceless: {},
      missing: { offline: { enabled: true, local: { file_path: '/nowhere/config_v6.json' } } },
    },
  });
});
afterAll(async () => {
  await service.stop();
  await database.drop();
  await upstream.stop();
});

function refresh(sdkId: string): Promise<HttpAnswer> {
  return request(`${service.base}/api/${sdkId}/refresh`, { method: 'POST' });
}

async function value(): Promise<unknown> {
  const url = `${service.base}/api/online/eval`;
  return Object((await request(url, { method: 'POST', body: '{"key":"text"}' })).body).value;
}

describe('refresh', () => {
  it('answers 200, empty, when the new config is served', async () => {
    upstream.answer(config(textConfig('second')));
    const answer = await refresh('online');
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('content-length')).toBe('0');
    expect(await value()).toBe('second');
    const cdn = await request(`${service.base}/configuration-files/configcat-proxy/online`);
    expect(cdn.text).toContain('"second"');
  });

  it('may be asked for by key, and with any body', async () => {
    upstream.answer(config(textConfig('third')));
    const headers = { 'X-ConfigCat-SdkKey': KEY };
    const init = { method: 'POST', headers, body: 'no JSON' };
    const answer = await request(`${service.base}/api/refresh`, init);
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(await value()).toBe('third');
  });

  it('of many callers at one time is one fetch', async () => {
    const before = upstream.asked.length;
    // On one connection in one packet, so that all of them are there before the upstream is asked.
    const line =
      'POST /api/online/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n';
    const client = await RawClient.send(Number(new URL(service.base).port), {
      method: 'POST',
      path: '/api/online/refresh',
      headers: ['Content-Length: 0'],
      more: `${line.repeat(18)}${line.replace('Host', 'Connection: close\r\nHost')}`,
    });
    await client.closed;
    expect(client.text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(20);
    expect(upstream.asked.length - before).toBe(1);
  });

  it('that fails is 500 with the reason, without the key, and changes nothing', async () => {
    upstream.answer(status(500));
    const answer = await refresh('online');
    expect(answer.status).toBe(500);
    expect(answer.text).toMatch(/^[^\n]+500[^\n]+\n$/);
    expect(answer.text).not.toContain(KEY);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await value()).toBe('third');
  });

  it('without a source has nothing to do', async () => {
    expect(await refresh('sourceless')).toMatchObject({ status: 200, text: '' });
  });

  it('that fails where there is no config says what every route says', async () => {
    expect((await refresh('missing')).text).toMatch(/^requested SDK is in an invalid state; /);
    expect(await refresh('nobody')).toMatchObject({
      status: 404,
      text: 'could not identify a configured SDK\n',
    });
  });
});

describe('icanhascoffee', () => {
  it('is 418, empty', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await request(`${service.base}/api/icanhascoffee`, { method });
      expect(answer).toMatchObject({ status: 418, text: '' });
      expect(answer.headers.get('content-length')).toBe('0');
    }
    const post = await request(`${service.base}/api/icanhascoffee`, { method: 'POST' });
    expect(post).toMatchObject({ status: 405 });
  });
});
