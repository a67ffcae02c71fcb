import { Analytics } from '@segment/analytics-node';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { identify, track, type MembershipOptions } from '../support/builders.js';
import { Gate } from '../support/gate.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { RawClient } from '../support/raw-client.js';
import { startTestService, type TestService } from '../support/service.js';
import { flagAt, TestBed, PATIENCE } from '../support/test-bed.js';

const ENGAGE = {
  destinations: { relay: { write_keys: ['wk_1', 'wk_2'] }, other: { token: 'tok' } },
};
const bed = new TestBed({ engage: ENGAGE });
/** One that no SDK may call. */
const bare = new TestBed();
const BASIC = { authorization: `Basic ${Buffer.from('wk_1:').toString('base64')}` };

function post(
  route: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = BASIC,
): Promise<HttpAnswer> {
  return request(`${bed.base}/v1/${route}`, { method: 'POST', headers, body });
}

/** An SDK as a relay sets it up, and its end. */
function sdk(base: string, settings: object = {}): Analytics {
  return new Analytics({ writeKey: 'wk_1', host: base, flushAt: 100, ...settings });
}

/** One of Engage's events in the words of the SDK. */
function callOf(options: MembershipOptions): {
  userId: string;
  context: object;
  timestamp: string;
} {
  const { context, timestamp, userId } = identify(options);
  return {
    userId: String(userId),
    context: typeof context === 'object' && context !== null ? context : {},
    timestamp: String(timestamp),
  };
}

describe("Segment's Node SDK as a relay", () => {
  it('brings memberships by identify and track; what carries no personas is skipped', async () => {
    const analytics = sdk(bed.base);
    const key = 'relayed';
    analytics.identify({ ...callOf({ key, userId: 'ada' }), traits: { [key]: true } });
    analytics.track({
      ...callOf({ key, userId: 'bea' }),
      event: 'Audience Entered',
      properties: { [key]: true },
    });
    analytics.track({ userId: 'ada', event: 'Order Completed' });
    await analytics.closeAndFlush();
    await bed.sees('audience_relayed', 'ada', true);
    expect(await bed.flag('audience_relayed', 'bea')).toBe(true);
    expect(await bed.rows.rejected('relay')).toEqual([]);
  });

  it('sends again what was answered 503, and nothing is lost', async () => {
    const database: TestDatabase = await createTestDatabase();
    const gate = await Gate.before(database.url);
    const service: TestService = await startTestService(gate.url, { engage: ENGAGE });
    try {
      await gate.shut();
      const analytics = sdk(service.base, { maxRetries: 10 });
      const retried = new Promise((resolve) => {
        analytics.on('http_request', ({ headers }) => {
          if (new Headers(headers).has('x-retry-count')) resolve(undefined);
        });
      });
      const key = 'retried';
      analytics.identify({ ...callOf({ key, userId: 'ada' }), traits: { [key]: true } });
      const flushed = analytics.closeAndFlush({ timeout: 20_000 });
      await retried;
      await gate.open();
      await flushed;
      await expect
        .poll(() => flagAt(service.base, 'audience_retried', { identifier: 'ada' }), PATIENCE)
        .toBe(true);
    } finally {
      await service.stop();
      await gate.shut();
      await database.drop();
    }
  });
});

describe('a call of the Tracking API', () => {
  it.each(['batch', 'import'])('to /v1/%s may be compressed', async (route) => {
    const body = gzipSync(JSON.stringify({ batch: [identify({ key: `zip_${route}` })] }));
    const answer = await post(route, new Uint8Array(body), {
      ...BASIC,
      'content-encoding': 'gzip',
    });
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    await bed.sees(`audience_zip_${route}`, 'user_1', true);
  });

  it('has the type of its route, whatever it says itself', async () => {
    const { type: _type, ...entered } = identify({ key: 'routes', userId: 'ada' });
    const { type: _other, ...left } = track({
      key: 'routes',
      userId: 'ada',
      isMember: false,
      at: '2024-05-03T20:00:00.000Z',
    });
    expect(await post('identify', JSON.stringify(entered))).toMatchObject({ status: 200 });
    await bed.sees('audience_routes', 'ada', true);
    expect(await post('track', JSON.stringify({ ...left, type: 'page' }))).toMatchObject({
      status: 200,
    });
    await bed.sees('audience_routes', 'ada', false);
    expect(await post('group', JSON.stringify({ groupId: 'acme' }))).toMatchObject({ status: 200 });
  });

  it('may say its write key in the body only, and any of several', async () => {
    const body = JSON.stringify({ batch: [identify({ key: 'in_body' })], writeKey: 'wk_2' });
    expect(await post('batch', body, {})).toMatchObject({ status: 200, body: { success: true } });
    await bed.sees('audience_in_body', 'user_1', true);
  });

  it.each([
    ['no write key', {}, '{"batch":[]}', 401],
    ['a wrong one', { authorization: `Basic ${btoa('wk_3:')}` }, '{"batch":[]}', 401],
    ['a wrong one in the body', {}, '{"batch":[],"writeKey":"wk"}', 401],
    ['the token of a destination', { authorization: 'Bearer tok' }, '{"batch":[]}', 401],
    ['no JSON', BASIC, '{"batch":', 400],
    ['no JSON and no key', {}, '{"batch":', 400],
  ])('with %s is refused', async (_name, headers, body, status) => {
    const answer = await post('batch', body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each([
    ['a wrong write key', 'relay', `Basic ${btoa('wk_3:')}`],
    ['no destination that has any', 'none', ''],
  ])('with %s is refused before its body comes', async (_name, service, authorization) => {
    const base = service === 'relay' ? bed.base : bare.base;
    const client = await RawClient.send(Number(new URL(base).port), {
      method: 'POST',
      path: '/v1/batch',
      headers: ['Content-Length: 8000000', `Authorization: ${authorization}`],
    });
    await client.says('"type":"unauthorized"');
    expect(client.head).toContain('HTTP/1.1 401 ');
  });

  it('keeps a bad event aside, and stores the one beside it', async () => {
    const batch = [identify({ key: 'beside', isMember: 'maybe' }), identify({ key: 'beside' })];
    expect(await post('batch', JSON.stringify({ batch }))).toMatchObject({ status: 200 });
    await bed.sees('audience_beside', 'user_1', true);
    expect((await bed.rows.rejected('relay')).map(({ reason }) => reason)).toContain(
      'indeterminate_membership',
    );
  });
});
