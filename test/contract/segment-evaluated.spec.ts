import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../src/engage/json-value.js';
import { identify } from '../support/builders.js';
import { ConfigFile } from '../support/config-file.js';
import { EventStream } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { TestBed } from '../support/test-bed.js';
import { TrackingApi, type TrackedEvent } from '../support/tracking-api.js';

const LONG = 'x'.repeat(1_001);
const file = new ConfigFile({
  p: { s: 'c2FsdA==' },
  f: {
    on: { t: 0, v: { b: true }, i: 'v_on' },
    whole: { t: 2, v: { i: 42 }, i: 'v_whole' },
    double: { t: 3, v: { d: 0.5 }, i: 'v_double' },
    short: { t: 1, v: { s: 'x'.repeat(1_000) }, i: 'v_short' },
    long: { t: 1, v: { s: LONG }, i: 'v_long' },
    unnamed: { t: 1, v: { s: LONG } },
    broken: { t: 0, v: { s: 'no boolean' } },
  },
});
const KEY = 'configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbb';
const api = await TrackingApi.start();
afterAll(() => api.stop());
const segment = { write_key: 'wk', host: api.url };
const sdks = { file: { offline: file.offline, key: KEY }, plain: {} };
const http = { port: 0, host: '127.0.0.1', api: { auth_headers: {} } };
const bed = new TestBed({
  sdks,
  http,
  segment,
  diag: { port: 0, host: '127.0.0.1' },
  default_user_attributes: { plan: 'free' },
});
const silent = new TestBed({ sdks, segment: { ...segment, evaluated: { enabled: false } } });
const nobody = new TestBed({ sdks, segment: { ...segment, evaluated: { anonymous: 'off' } } });
const oneself = new TestBed({ sdks, segment: { ...segment, evaluated: { anonymous: 'process' } } });
const sampled = new TestBed({ sdks, segment: { ...segment, evaluated: { sample_rate: 0.25 } } });
const repeated = new TestBed({ sdks, segment: { ...segment, evaluated: { repeat_after: '0s' } } });
/** All but the one that fails. */
const TELLABLE = new Set(['on', 'whole', 'double', 'short', 'long', 'unnamed']);
const LATER = '2024-06-01T00:00:00.000Z';
const BY_ID = { 'X-ConfigCat-SdkId': 'file' };

let people = 0;
/** Whom nobody else in this file asks for. */
function somebody(): string {
  people += 1;
  return `person_${people}`;
}

function post(path: string, body: unknown, { at = bed, headers = {} } = {}) {
  return request(at.base + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

const told = (userId: string): readonly TrackedEvent[] =>
  api.events.filter((event) => event.userId === userId);

const flagsTold = (userId: string): ReadonlySet<unknown> =>
  new Set(told(userId).map(({ properties }) => properties['feature_flag_key']));

/** Resolves when Segment was told of somebody who was asked for last; who came before was told of then. */
async function settled(at = bed): Promise<void> {
  const last = somebody();
  await post('/api/file/eval', { key: 'on', user: { Identifier: last } }, { at });
  await eventually(() => expect(told(last)).toHaveLength(1));
}

describe('an evaluation', () => {
  it('is told as the contract has it, field by field', async () => {
    const userId = somebody();
    const before = Date.now();
    const user = { Identifier: userId, Country: 'HU', tags: ['a', 'b'], age: 21 };
    await post('/api/file/eval', { key: 'on', user });
    await eventually(() => expect(told(userId)).toHaveLength(1));
    const [event] = told(userId);
    const window = Math.floor(Date.parse(event?.timestamp ?? '') / 3_600_000);
    const named = JSON.stringify(['wk', 'file', 'on', ['user', userId], 'v_on', window]);
    expect(event).toEqual({
      type: 'track',
      event: 'Feature Flag Evaluated',
      userId,
      messageId: `evaluated-${createHash('sha256').update(named).digest('hex')}`,
      timestamp: expect.any(String),
      context: {
        integration: { name: 'configcat', version: '1.0.0' },
        library: expect.objectContaining({ name: '@segment/analytics-node' }),
      },
      integrations: {},
      properties: {
        feature_flag_key: 'on',
        value: true,
        variation_id: 'v_on',
        user: { ...user, plan: 'free' },
      },
      _metadata: expect.any(Object),
    });
    expect(Date.parse(event?.timestamp ?? '')).toBeGreaterThanOrEqual(before);
    const sent = api.requests.find(({ events }) => events.some((one) => one === event));
    expect(sent).toMatchObject({
      path: '/v1/batch',
      authorization: `Basic ${Buffer.from('wk:').toString('base64')}`,
    });
  });

  it.each([
    ['whole', { value: 42, variation_id: 'v_whole' }],
    ['double', { value: 0.5, variation_id: 'v_double' }],
    ['short', { value: 'x'.repeat(1_000), variation_id: 'v_short' }],
    ['long', { value: 'v_long', variation_id: 'v_long' }],
    ['unnamed', { value: 'x'.repeat(1_000), variation_id: null }],
  ])('of %s has its value, or the variation id for a text of over 1,000', async (key, members) => {
    const userId = somebody();
    await post('/api/file/eval', { key, user: { Identifier: userId } });
    await eventually(() => expect(told(userId)).toHaveLength(1));
    expect(told(userId)[0]?.properties).toMatchObject({ feature_flag_key: key, ...members });
  });

  it.each<[string, (userId: string) => Promise<unknown>]>([
    [
      'eval by key',
      (Identifier) =>
        post(
          '/api/eval',
          { key: 'on', user: { Identifier } },
          { headers: { 'X-ConfigCat-SdkKey': KEY } },
        ),
    ],
    [
      'an OpenFeature flag',
      (targetingKey) =>
        post('/ofrep/v1/evaluate/flags/on', { context: { targetingKey } }, { headers: BY_ID }),
    ],
  ])('by %s is told', async (_name, ask) => {
    const userId = somebody();
    await ask(userId);
    await eventually(() => expect(flagsTold(userId)).toEqual(new Set(['on'])));
  });

  it.each<[string, (userId: string) => Promise<unknown>]>([
    ['eval-all', (Identifier) => post('/api/file/eval-all', { user: { Identifier } })],
    [
      'all OpenFeature flags',
      (targetingKey) =>
        post('/ofrep/v1/evaluate/flags', { context: { targetingKey } }, { headers: BY_ID }),
    ],
  ])('by %s is one event a flag, but for one that fails', async (_name, ask) => {
    const userId = somebody();
    await ask(userId);
    await eventually(() => {
      expect(flagsTold(userId)).toEqual(TELLABLE);
    });
  });

  it('is told though the client knew the answer', async () => {
    const [first, second] = [somebody(), somebody()];
    const { headers } = await post('/api/file/eval-all', { user: { Identifier: first } });
    const known = { 'If-None-Match': headers.get('etag') ?? '' };
    const body = { user: { Identifier: second } };
    expect((await post('/api/file/eval-all', body, { headers: known })).status).toBe(304);
    await eventually(() => expect(told(second)).toHaveLength(6));
  });

  it('on a stream is told with the first value and with every change', async () => {
    const userId = somebody();
    await bed.send(identify({ key: 'told', userId: 'somebody else' }));
    await bed.sees('audience_told', 'somebody else', true, 'plain');
    const key = 'audience_told';
    const stream = new EventStream(bed.base, { key, user: { Identifier: userId }, sdkId: 'plain' });
    await eventually(() => expect(stream.last).toMatchObject({ value: false }));
    await bed.send(identify({ key: 'told', userId }));
    await eventually(() => expect(stream.last).toMatchObject({ value: true }));
    await eventually(() => {
      expect(told(userId).map(({ properties }) => properties['value'])).toEqual([false, true]);
    });
  });

  it('on a stream of all flags is one event a flag', async () => {
    const userId = somebody();
    const stream = new EventStream(bed.base, { user: { Identifier: userId }, sdkId: 'file' });
    await eventually(() => expect(stream.last).toBeDefined());
    await eventually(() => expect(told(userId)).toHaveLength(6));
  });

  it('on a stream of all flags is told again only of the flag that changed', async () => {
    // Where nothing else keeps it from being repeated.
    const at = repeated;
    const Identifier = somebody();
    await at.send(identify({ key: 'one', userId: 'somebody else' }));
    await at.send(identify({ key: 'two', userId: 'somebody else' }));
    await at.sees('audience_two', 'somebody else', true, 'plain');
    const stream = new EventStream(at.base, { user: { Identifier }, sdkId: 'plain' });
    await eventually(() => expect(stream.last).toBeDefined());
    await eventually(() => expect(told(Identifier)).toHaveLength(2));
    await at.send(identify({ key: 'one', userId: Identifier }));
    await eventually(() => expect(told(Identifier)).toHaveLength(3));
    await at.send(identify({ key: 'one', userId: Identifier, isMember: false, at: LATER }));
    await eventually(() => expect(told(Identifier)).toHaveLength(4));
    await settled(at);
    const values = told(Identifier).map(({ properties }) => [
      properties['feature_flag_key'],
      properties['value'],
    ]);
    expect(values).toEqual([
      ['audience_one', false],
      ['audience_two', false],
      ['audience_one', true],
      ['audience_one', false],
    ]);
  });

  it('that an OpenFeature client is only told to ask for is none', async () => {
    const userId = somebody();
    const context = { targetingKey: userId };
    const answer = await post('/ofrep/v1/evaluate/flags', { context }, { headers: BY_ID });
    await eventually(() => expect(told(userId)).toHaveLength(6));
    const count = api.events.length;
    const [, url = ''] = /"eventStreams":\[\{"type":"sse","url":"([^"]*)"/.exec(answer.text) ?? [];
    const stream = await fetch(url);
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
    await settled();
    expect(api.events.slice(count).filter((event) => event.userId === userId)).toEqual([]);
  });

  it('of an unknown flag, of a failing one, and a config that is read are none', async () => {
    const count = api.events.length;
    const user = { Identifier: somebody() };
    expect((await post('/api/file/eval', { key: 'nonsense', user })).status).toBe(400);
    expect((await post('/api/file/eval', { key: 'broken', user })).status).toBe(500);
    const cdn = `${bed.base}/configuration-files/configcat-proxy/file/config_v6.json`;
    expect((await request(cdn)).status).toBe(200);
    await settled();
    expect(api.events.slice(count).map(({ userId }) => userId)).not.toContain(user.Identifier);
  });

  it('is not told again while it is the same', async () => {
    const userId = somebody();
    for (let time = 0; time < 5; time += 1) {
      await post('/api/file/eval', { key: 'on', user: { Identifier: userId, time } });
    }
    await settled();
    const sent = api.requests.flatMap(({ events }) => events);
    expect(sent.filter((event) => event.userId === userId)).toHaveLength(1);
  });

  it('is told each time where nothing keeps it from being repeated', async () => {
    const userId = somebody();
    for (let time = 0; time < 3; time += 1) {
      await post('/api/file/eval', { key: 'on', user: { Identifier: userId } }, { at: repeated });
    }
    await eventually(() => expect(told(userId)).toHaveLength(3));
  });

  it('of one user is one event, whichever replica sees it', async () => {
    const userId = somebody();
    const body = { key: 'on', user: { Identifier: userId } };
    for (const at of [bed, oneself, nobody]) await post('/api/file/eval', body, { at });
    for (const at of [bed, oneself, nobody]) await settled(at);
    expect(told(userId)).toHaveLength(1);
  });
});

const anonymous = (mark: string): readonly TrackedEvent[] =>
  api.events.filter(({ properties: { user } }) => isJsonObject(user) && user['mark'] === mark);

describe('a user without an Identifier', () => {
  it('gets a random id each time', async () => {
    for (let time = 0; time < 3; time += 1) {
      await post('/api/file/eval', { key: 'on', user: { mark: 'random' } });
    }
    await eventually(() => expect(anonymous('random')).toHaveLength(3));
    const ids = anonymous('random').map(({ anonymousId }) => anonymousId);
    expect(new Set(ids).size).toBe(3);
    expect(anonymous('random').map(({ userId }) => userId)).toEqual(Array(3).fill(undefined));
  });

  it('may be no user at all, of which the event then has none', async () => {
    const count = api.events.length;
    await post('/api/plain/eval', { key: 'audience_told' });
    await settled();
    const events = api.events
      .slice(count)
      .filter(({ properties }) => properties['feature_flag_key'] === 'audience_told');
    // The default attributes make a user.
    expect(events.map(({ properties }) => properties['user'])).toEqual([{ plan: 'free' }]);
    await post('/api/file/eval', { key: 'on' }, { at: oneself });
    await settled(oneself);
    expect(api.events.filter(({ properties }) => !('user' in properties))).toHaveLength(1);
  });

  it('has the id of the process, if so wished, and is then told once', async () => {
    for (let time = 0; time < 3; time += 1) {
      const user = { mark: 'process' };
      await post('/api/file/eval', { key: 'whole', user }, { at: oneself });
    }
    await settled(oneself);
    expect(anonymous('process')).toHaveLength(1);
  });

  it('is not told, if so wished', async () => {
    await post('/api/file/eval', { key: 'on', user: { mark: 'off' } }, { at: nobody });
    await settled(nobody);
    expect(anonymous('off')).toEqual([]);
  });
});

describe('a sample', () => {
  it('is of users, who are in it with all flags, and of about that share', async () => {
    const users = Array.from({ length: 200 }, somebody);
    for (const userId of users) {
      const body = { user: { Identifier: userId } };
      await post('/api/file/eval-all', body, { at: sampled });
    }
    const inside = (): string[] => users.filter((userId) => told(userId).length > 0);
    await eventually(() => expect(inside().length).toBeGreaterThan(20));
    await eventually(() => {
      expect(inside().map((userId) => told(userId).length)).toEqual(inside().map(() => 6));
    });
    expect(inside().length).toBeLessThan(90);
  });
});

it('nothing is sent where it is off', async () => {
  const userId = somebody();
  await post('/api/file/eval', { key: 'on', user: { Identifier: userId } }, { at: silent });
  await settled();
  expect(told(userId)).toEqual([]);
});

/** Of the diagnostics server. */
async function text(path: string): Promise<string> {
  return (await request(bed.diagnostics + path)).text;
}

describe('what became of them', () => {
  it('stands in /status and in the metrics', async () => {
    await settled();
    await eventually(async () => {
      const { body } = await request(`${bed.diagnostics}/status`);
      expect(body).toMatchObject({
        segment: {
          status: 'healthy',
          evaluated: { queued: 0, dropped: 0, refused: 0, lastSuccess: expect.any(String) },
          changed: { queued: 0, sent: 0, lastSuccess: null, lastError: null },
        },
      });
    });
    const metrics = await text('/metrics');
    expect(metrics).toMatch(
      /^audience_sync_segment_events_total\{event="evaluated",outcome="sent"\} [1-9]/m,
    );
    expect(metrics).toContain('audience_sync_evaluated_queue_events 0');
    expect(metrics).toContain('audience_sync_outbox_events 0');
  });

  it('shows that Segment is away, with why and what waits', async () => {
    api.answerAlways(503);
    const userId = somebody();
    await post('/api/file/eval', { key: 'on', user: { Identifier: userId } });
    await eventually(async () => {
      const { body } = await request(`${bed.diagnostics}/status`);
      expect(body).toMatchObject({
        status: 'degraded',
        segment: {
          status: 'degraded',
          evaluated: { queued: 1, lastError: { reason: 'Segment answered 503' } },
        },
      });
    });
    // Flags are served on, and the service is ready.
    expect((await request(`${bed.base}/readyz`)).status).toBe(200);
    api.answerAlways(200);
    await eventually(() => expect(told(userId)).toHaveLength(1));
  });

  it('shows no write key, no member and no user', async () => {
    const shown = (await text('/status')) + (await text('/metrics'));
    expect(shown).not.toMatch(/person_|\bwk\b|d2s6/);
  });
});
