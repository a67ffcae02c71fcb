import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { deletion, entries, identify } from '../support/builders.js';
import { EventStream } from '../support/event-stream.js';
import { Gate } from '../support/gate.js';
import { request } from '../support/http-answer.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { launchTestService, startTestService, type TestService } from '../support/service.js';
import { counts, flagAt, PATIENCE, sendTo } from '../support/test-bed.js';

const LATER = '2024-05-03T20:00:00.000Z';
let database: TestDatabase;
let services: TestService[];

beforeEach(async () => {
  database = await createTestDatabase();
  services = [];
});
afterEach(async () => {
  for (const service of services) await service.stop();
  await database.drop();
});

async function start(): Promise<TestService> {
  const service = await startTestService(database.url);
  services.push(service);
  return service;
}

function flagOf({ base }: TestService, identifier: string): Promise<unknown> {
  return flagAt(base, 'audience_power_users', { identifier });
}

it('a restart keeps who is in and who left, and what tells them', async () => {
  const first = await start();
  await sendTo(first.base, entries(50));
  await sendTo(first.base, entries(20, { isMember: false, at: LATER }));
  await sendTo(first.base, deletion('user_30'));
  const asked = { route: 'audiences' };
  const created = await sendTo(first.base, { audienceName: 'Not bound yet' }, asked);
  await expect.poll(() => flagOf(first, 'user_30'), PATIENCE).toBe(false);
  const path = '/configuration-files/configcat-proxy/default';
  await expect
    .poll(
      async () => (await request(first.base + path)).text.match(/[0-9a-f]{64}/g)?.length,
      PATIENCE,
    )
    .toBe(30);
  const served = await request(first.base + path);
  await first.stop();
  const second = await start();
  for (const [member, value] of [
    ['user_19', false],
    ['user_20', true],
    ['user_30', false],
    ['user_49', true],
  ] as const) {
    expect(await flagOf(second, member)).toBe(value);
  }
  const again = await request(second.base + path);
  expect(again.text).toBe(served.text);
  expect(again.headers.get('etag')).toBe(served.headers.get('etag'));
  expect((await sendTo(second.base, { audienceName: 'Not bound yet' }, asked)).body).toEqual(
    created.body,
  );
  const late = [identify({ userId: 'user_1' }), identify({ userId: 'user_30' })];
  expect((await sendTo(second.base, late)).body).toEqual(counts({ stale: 2 }));
});

it('a stream comes back by itself, and sees what happened since', async () => {
  const first = await start();
  await sendTo(first.base, identify());
  const stream = new EventStream(first.base, { user: { Identifier: 'user_1' } });
  await expect
    .poll(() => stream.last, PATIENCE)
    .toMatchObject({ audience_power_users: { value: true } });
  const { hostname: host, port } = new URL(first.base);
  await first.stop();
  const second = await startTestService(database.url, { http: { host, port: Number(port) } });
  services.push(second);
  await sendTo(second.base, identify({ isMember: false, at: LATER }));
  await expect
    .poll(() => stream.last, PATIENCE)
    .toMatchObject({ audience_power_users: { value: false } });
});

it('a service that starts while PostgreSQL is away waits for it, and guesses nothing', async () => {
  const first = await start();
  await sendTo(first.base, identify());
  await first.stop();
  const gate = await Gate.before(database.url);
  onTestFinished(() => gate.shut());
  await gate.shut();
  const second = await launchTestService(gate.url);
  services.push(second);
  const evaluate = { method: 'POST', body: '{"key":"audience_power_users"}' };
  for (const [path, init] of [
    ['/api/default/eval', evaluate],
    ['/api/default/keys', {}],
    ['/sse/default/eval-all', {}],
    ['/configuration-files/configcat-proxy/default', {}],
  ] as const) {
    expect(await request(second.base + path, init)).toMatchObject({ status: 500 });
  }
  expect(await request(`${second.base}/readyz`)).toMatchObject({ status: 503 });
  expect(await request(`${second.base}/healthz`)).toMatchObject({ status: 200 });
  const refused = await sendTo(second.base, identify());
  expect(refused).toMatchObject({ status: 503 });
  expect(refused.headers.get('retry-after')).not.toBeNull();
  await gate.open();
  await expect.poll(() => flagOf(second, 'user_1'), PATIENCE).toBe(true);
  await expect
    .poll(async () => (await request(`${second.base}/readyz`)).status, PATIENCE)
    .toBe(200);
});
