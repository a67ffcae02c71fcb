import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConfigJson, SettingJson } from '../../src/evaluation/config-json.js';
import { callAdmin, VIEWER } from '../support/admin.js';
import { identify } from '../support/builders.js';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';
import { TrackingApi, type TrackedEvent } from '../support/tracking-api.js';

const OFF: SettingJson = { t: 0, v: { b: false }, i: 'v_off' };
const base = (flags: Record<string, SettingJson>): ConfigJson => ({
  p: { s: 'c2FsdA==' },
  f: flags,
});
const file = new ConfigFile(base({ checkout: OFF }));
const plain = new ConfigFile(base({ other: OFF }));
const api = await TrackingApi.start();
afterAll(() => api.stop());
const ada = {
  name: 'Ada',
  email: 'ada@example.com',
  token: 'a-token-of-ada-the-admin',
  role: 'admin',
};
const bob = { name: 'Bob', token: 'a-token-of-bob-the-admin', role: 'admin' };
const labelled = {
  offline: file.offline,
  product: 'shop',
  product_name: 'The shop',
  config_id: 'c1',
  config_name: 'Main config',
  environment_id: 'e1',
  environment_name: 'Production',
  url: 'https://app.configcat.example/main',
};
const options = {
  sdks: { file: labelled, plain: { offline: plain.offline } },
  segment: { write_key: 'wk', host: api.url },
  admin: { tokens: [ada, bob, VIEWER] },
  http: { port: 0, host: '127.0.0.1', public_url: 'https://sync.example/' },
};
const bed = new TestBed(options);

const changes = (): readonly TrackedEvent[] =>
  api.events.filter(({ event }) => event === 'Feature Flag Changed');

/** What the events after `known` say, when there are as many as that. */
async function told(known: number, count = 1): Promise<readonly TrackedEvent[]> {
  await eventually(() => expect(changes()).toHaveLength(known + count));
  return changes().slice(known);
}

async function refresh(sdkId: string): Promise<void> {
  await request(`${bed.base}/api/${sdkId}/refresh`, { method: 'POST' });
}

async function makeSegment(name: string, over: object = {}, token = ada.token): Promise<string> {
  const condition = { comparisonAttribute: 'Country', comparator: 'isOneOf' };
  const conditions = [{ ...condition, comparisonValue: { listValue: [{ value: 'HU' }] } }];
  const body = { name, conditions, ...over };
  const answer = await callAdmin(bed.base, 'POST /products/shop/segments', { body, token });
  expect(answer.status).toBe(201);
  return answer.headers.get('location')?.split('/').at(-1) ?? '';
}

beforeAll(async () => {
  // A first config is no change, but the next one is one of what was stored.
  await vi.waitUntil(
    async () => (await bed.rows.query('select from base_config')).length === 2,
    PATIENCE,
  );
});

describe('a changed flag', () => {
  it('is told as the contract has it, field by field', async () => {
    const known = changes().length;
    const before = Date.now();
    await file.replace(base({ checkout: { ...OFF, v: { b: true }, i: 'v_on' } }));
    await refresh('file');
    const [event] = await told(known);
    expect(event).toEqual({
      type: 'track',
      event: 'Feature Flag Changed',
      anonymousId: 'audience-sync',
      messageId: expect.stringMatching(/^changed-[\da-f-]{36}$/),
      timestamp: expect.any(String),
      context: {
        integration: { name: 'configcat', version: '1.0.0' },
        library: expect.objectContaining({ name: '@segment/analytics-node' }),
      },
      integrations: {},
      properties: {
        details: "Flag 'checkout' now serves 'on' to everyone; it served 'off'.",
        product_id: 'shop',
        product_name: 'The shop',
        config_id: 'c1',
        config_name: 'Main config',
        environment_id: 'e1',
        environment_name: 'Production',
        url: 'https://app.configcat.example/main',
      },
      _metadata: expect.any(Object),
    });
    const at = Date.parse(event?.timestamp ?? '');
    expect(at).toBeGreaterThan(before - 1_000);
    expect(at).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('is one event, beside one for each other flag that changed with it', async () => {
    const known = changes().length;
    await plain.replace(base({ other: { ...OFF, v: { b: true } }, '\u0000odd': OFF }));
    await refresh('plain');
    const events = await told(known, 2);
    expect(events.map(({ properties }) => properties)).toMatchObject([
      { product_id: 'default', product_name: 'default', config_id: 'plain', config_name: 'plain' },
      { environment_id: 'default', url: 'https://sync.example/admin/docs' },
    ]);
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(2);
  });

  it('is told again when it changes back and forth', async () => {
    const known = changes().length;
    for (const value of [false, true, false, true]) {
      await plain.replace(base({ other: { ...OFF, v: { b: value } } }));
      await refresh('plain');
      await eventually(async () => {
        expect(await bed.flag('other', 'somebody', 'plain')).toBe(value);
      });
    }
    // The first of them takes another flag away, too.
    const events = await told(known, 5);
    expect(events.at(-1)?.properties['details']).toContain("now serves 'on'");
  });

  it('is none where the config comes again as it was', async () => {
    const known = changes().length;
    await refresh('plain');
    await makeSegment('After it');
    expect(await told(known)).toMatchObject([{ userId: 'Ada' }]);
  });
});

describe('a changed segment', () => {
  it('is told of its product, with who did it', async () => {
    const known = changes().length;
    await makeSegment('Big spenders');
    const [event] = await told(known);
    expect(event).toMatchObject({ event: 'Feature Flag Changed', userId: 'Ada' });
    expect(event).not.toHaveProperty('anonymousId');
    expect(event?.properties).toEqual({
      details: expect.stringContaining('Big spenders'),
      product_id: 'shop',
      product_name: 'The shop',
      url: 'https://sync.example/admin/docs',
      user_email: 'ada@example.com',
      user_full_name: 'Ada',
    });
  });

  it('is told when it is replaced and when it is deleted', async () => {
    const known = changes().length;
    const id = await makeSegment('Renamed', {}, bob.token);
    const { body } = await callAdmin(bed.base, `GET /segments/${id}`);
    await callAdmin(bed.base, `PUT /segments/${id}`, {
      body: { ...Object(body), name: 'Called so' },
      headers: { 'if-match': '"1"' },
      token: bob.token,
    });
    await callAdmin(bed.base, `DELETE /segments/${id}`, { token: bob.token });
    const events = await told(known, 3);
    expect(events.map(({ userId }) => userId)).toEqual(['Bob', 'Bob', 'Bob']);
    expect(events[0]?.properties).not.toHaveProperty('user_email');
    const details = events.map(({ properties }) => String(properties['details']));
    expect(details[1]).toContain("'Called so'");
    expect(details[2]).toContain('deleted');
  });

  it('is none where nothing about it changes, or nothing is written', async () => {
    const known = changes().length;
    const id = await makeSegment('Steady');
    const { body } = await callAdmin(bed.base, `GET /segments/${id}`);
    const unchanged = { body, headers: { 'if-match': '"1"' }, token: ada.token };
    expect((await callAdmin(bed.base, `PUT /segments/${id}`, unchanged)).status).toBe(200);
    const late = await callAdmin(bed.base, `PUT /segments/${id}`, unchanged);
    expect(late.status).toBe(412);
    await makeSegment('After that');
    const events = await told(known, 2);
    expect(events[1]?.properties['details']).toContain('After that');
  });

  it('that an audience brings is none, nor is any membership', async () => {
    const known = changes().length;
    await bed.send(identify({ key: 'brought' }));
    await bed.sees('audience_brought', 'user_1', undefined, 'file');
    await makeSegment('After the audience');
    const events = await told(known);
    expect(events[0]?.properties['details']).toContain('After the audience');
  });

  it('shows no sensitive value', async () => {
    const known = changes().length;
    const condition = { comparisonAttribute: 'Email', comparator: 'sensitiveIsOneOf' };
    const secret = 'eve@secret.example';
    const conditions = [{ ...condition, comparisonValue: { listValue: [{ value: secret }] } }];
    await makeSegment('Confidential', { conditions });
    const [event] = await told(known);
    expect(event?.properties['details']).toContain('User.Email IS ONE OF [<1 hashed value>]');
    expect(JSON.stringify(api.requests)).not.toContain(secret);
  });
});

describe('without a write key', () => {
  const off = new TestBed({ ...options, segment: {} });

  it('nothing is written', async () => {
    const body = {
      name: 'Untold',
      conditions: [
        {
          comparisonAttribute: 'Country',
          comparator: 'isOneOf',
          comparisonValue: { listValue: [{ value: 'HU' }] },
        },
      ],
    };
    const call = { body, token: ada.token };
    expect((await callAdmin(off.base, 'POST /products/shop/segments', call)).status).toBe(201);
    expect(await off.rows.query('select from outbox')).toEqual([]);
  });
});
