import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { onlineSdk } from '../support/online-sdk.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { startTestService, type OptionsTree, type TestService } from '../support/service.js';
import { status, TestUpstream, textConfig, type UpstreamScript } from '../support/upstream.js';

let database: TestDatabase;
let upstream: TestUpstream;
let services: TestService[];
let tree: OptionsTree;

beforeAll(async () => {
  upstream = await TestUpstream.start(status(500));
  database = await createTestDatabase();
  tree = { sdks: { app: onlineSdk(upstream) } };
  services = [];
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await upstream.stop();
  await database.drop();
});

async function start(): Promise<TestService> {
  const service = await startTestService(database.url, tree);
  services.push(service);
  return service;
}

/** Whatever is asked by. */
const always =
  (text: string, etag: string): UpstreamScript =>
  (_request, response) => {
    response.writeHead(200, { etag });
    response.end(textConfig(text));
  };

function get({ base }: TestService, known?: string): Promise<HttpAnswer> {
  const headers = known === undefined ? {} : { 'if-none-match': known };
  return request(`${base}/configuration-files/configcat-proxy/app/config_v6.json`, { headers });
}

async function tagOf(service: TestService, text: string): Promise<string> {
  await eventually(async () => expect((await get(service)).text).toBe(textConfig(text)));
  return (await get(service)).headers.get('etag') ?? '';
}

describe('an upstream that gives one ETag to two configs', () => {
  it('keeps nobody from the second one, at any replica, also after a restart', async () => {
    upstream.answer(always('one', '"same"'));
    const first = await start();
    const second = await start();
    expect(await tagOf(first, 'one')).toBe('"same"');
    expect(await tagOf(second, 'one')).toBe('"same"');
    upstream.answer(always('two', '"same"'));
    const own = await tagOf(first, 'two');
    expect(own).toMatch(/^W\/"[0-9a-f]{16}"$/);
    expect(await tagOf(second, 'two')).toBe(own);
    await Promise.all([first.stop(), second.stop()]);
    const third = await start();
    const asked = upstream.asked.length;
    await eventually(() => expect(upstream.asked.length).toBeGreaterThan(asked + 1));
    expect(await tagOf(third, 'two')).toBe(own);
    for (const weak of ['', 'W/']) {
      expect(await get(third, `${weak}"same"`)).toMatchObject({
        status: 200,
        text: textConfig('two'),
      });
    }
    expect(await get(third, own)).toMatchObject({ status: 304 });
    upstream.answer(always('three', '"other"'));
    expect(await tagOf(third, 'three')).toBe('"other"');
  });
});

describe('an upstream whose ETag is null', () => {
  it('has it served, and nobody told that nothing changed', async () => {
    upstream.answer(always('four', 'null'));
    const service = await start();
    expect(await tagOf(service, 'four')).toBe('null');
    for (const known of ['null', 'W/null', '"a", null']) {
      expect(await get(service, known)).toMatchObject({ status: 200, text: textConfig('four') });
    }
  });
});
