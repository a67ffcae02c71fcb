import { describe, expect, it } from 'vitest';
import type { ConfigJson, SettingJson } from '../../src/evaluation/config-json.js';
import { callAdmin, VIEWER, WITH_ADMIN, type AdminCall } from '../support/admin.js';
import { entries, identify } from '../support/builders.js';
import { ConfigFile } from '../support/config-file.js';
import { request } from '../support/http-answer.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

/** On for who is in the segment. */
const inSegment = (segment: number): SettingJson => ({
  t: 0,
  v: { b: false },
  i: 'out',
  r: [{ c: [{ s: { s: segment, c: 0 } }], s: { v: { b: true }, i: 'in' } }],
});
const DASHBOARD: ConfigJson = {
  p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'a salt' },
  s: [
    { n: 'Power users', r: [] },
    { n: 'Base', r: [] },
    { n: 'Austrians', r: [] },
  ],
  f: {
    powerful: inSegment(0),
    above: {
      t: 1,
      v: { s: 'off' },
      i: 'off',
      r: [{ c: [{ p: { f: 'powerful', c: 0, v: { b: true } } }], s: { v: { s: 'on' }, i: 'on' } }],
    },
    based: inSegment(1),
    austrian: inSegment(2),
    broken: { t: 0, v: { s: 'no boolean' }, i: 'x' },
  },
};

const file = new ConfigFile(DASHBOARD);
const bed = new TestBed({
  ...WITH_ADMIN,
  sdks: {
    web: { offline: file.offline, default_user_attributes: { Country: 'AT' } },
    empty: { product: 'another' },
  },
});
const call = (what: string, over?: AdminCall) => callAdmin(bed.base, what, over);
const explain = (body: object, sdkId = 'web') => call(`POST /sdks/${sdkId}/explain`, { body });

const AUSTRIANS = {
  name: 'Austrians',
  comparisonAttribute: 'Country',
  comparator: 'sensitiveIsOneOf',
  comparisonValue: 'AT',
};

/** The id of a new segment. */
async function make(segment: object): Promise<string> {
  const { body, text } = await call('POST /products/default/segments', { body: segment });
  const { segmentId } = Object(body);
  if (typeof segmentId !== 'string') throw new Error(text);
  return segmentId;
}

async function audienceId(key: string): Promise<string> {
  const [row] = await bed.rows.query<{ id: string }>('select id from audience where key = $1', [
    key,
  ]);
  return row?.id ?? '';
}

describe('GET /sdks', () => {
  it('lists the SDK ids of the options, page by page', async () => {
    const first = await call('GET /sdks?limit=1');
    expect(first).toMatchObject({
      status: 200,
      body: { items: [{ sdkId: 'empty', product: 'another', flags: 0 }], next: expect.any(String) },
    });
    const { next } = Object(first.body);
    const second = await call(`GET /sdks?limit=1&after=${String(next)}`);
    expect(second.body).toMatchObject({
      items: [{ sdkId: 'web', product: 'default' }],
      next: null,
    });
  });

  it('tells how a source is, what is served, and how each segment reaches SDKs', async () => {
    await bed.send(entries(3, { key: 'power_users' }));
    const austrians = await make(AUSTRIANS);
    const power = await make({
      name: 'Power users',
      audience: { id: await audienceId('power_users') },
      delivery: 'list',
    });
    const answer = () => call('GET /sdks/web').then(({ body }) => body);
    await expect.poll(answer, PATIENCE).toMatchObject({
      sdkId: 'web',
      source: { mode: 'offline', type: 'file', status: 'healthy' },
      etag: expect.stringMatching(/^(W\/)?"/),
      age: expect.any(Number),
      flags: 5,
      segments: 3,
      flagList: expect.arrayContaining([{ key: 'above', type: 'string' }]),
      segmentList: [
        {
          name: 'Power users',
          segmentId: power,
          audienceId: await audienceId('power_users'),
          members: 3,
          delivery: 'list',
          usage: ['powerful'],
        },
        { name: 'Base', segmentId: null, audienceId: null, members: null, delivery: 'base' },
        { name: 'Austrians', segmentId: austrians, delivery: 'conditions', usage: ['austrian'] },
      ],
      warnings: [],
    });
    expect((await call('GET /sdks/none')).status).toBe(404);
  });

  it('gives the config JSON as SDKs get it', async () => {
    const served = await request(`${bed.base}/configuration-files/configcat-proxy/web`);
    const answer = await call('GET /sdks/web/config', { token: VIEWER.token });
    expect(answer.text).toBe(served.text);
    expect(answer.headers.get('etag')).toBe(served.headers.get('etag'));
    expect((await call('GET /sdks/none/config')).status).toBe(404);
  });
});

describe('POST /sdks/{sdkId}/explain', () => {
  it('says what a flag serves, and why, to viewers too', async () => {
    const body = { key: 'powerful', user: { Identifier: 'user_0' } };
    const answer = await call('POST /sdks/web/explain', { body, token: VIEWER.token });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        key: 'powerful',
        value: true,
        variationId: 'in',
        error: null,
        log: expect.stringContaining("User IS IN SEGMENT 'Power users'"),
        trace: { key: 'powerful', rules: [{ outcome: true }] },
      },
    });
  });

  it('adds default attributes, as the API does, and takes no user at all', async () => {
    expect((await explain({ key: 'austrian', user: { Identifier: 'x' } })).body).toMatchObject({
      value: true,
    });
    expect((await explain({ key: 'austrian', user: { Country: 'CH' } })).body).toMatchObject({
      value: false,
    });
    expect((await explain({ key: 'powerful', user: null })).status).toBe(201);
  });

  it('takes attributes that are called like something of JavaScript', async () => {
    await make({
      name: 'Base',
      conditions: ['__proto__', 'constructor', 'toString'].map((comparisonAttribute) => ({
        comparisonAttribute,
        comparator: 'textEquals',
        comparisonValue: { stringValue: 'x' },
      })),
    });
    const body = '{"key":"based","user":{"__proto__":"x","constructor":"x","toString":"x"}}';
    expect((await call('POST /sdks/web/explain', { body })).body).toMatchObject({ value: true });
    await bed.rows.query(`delete from segment where name = 'Base'`);
    await bed.rows.query('update instance set revision = revision + 1');
  });

  it('explains a flag that fails', async () => {
    expect(await explain({ key: 'broken' })).toMatchObject({
      status: 201,
      body: { value: null, error: expect.stringContaining('Setting value') },
    });
  });

  it.each([
    [{}, '/key'],
    [{ key: 7 }, '/key'],
    [{ key: 'powerful', user: 'ada' }, '/user'],
    [{ key: 'powerful', user: { x: true } }, '/user'],
    [{ key: 'powerful', color: 'red' }, '/color'],
  ])('refuses %j', async (body, pointer) => {
    expect(await explain(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('does not know other flags and SDK ids', async () => {
    expect((await explain({ key: 'none' })).status).toBe(404);
    expect((await explain({ key: 'powerful' }, 'none')).status).toBe(404);
  });
});

describe('POST /segments/{segmentId}/preview', () => {
  it('counts the members whose flags would change, also above prerequisites, and changes nothing', async () => {
    const others = ['user_1', 'user_2', 'other_1', 'other_2', 'other_3'];
    await bed.send(others.map((userId) => identify({ key: 'others', userId })));
    const [row] = await bed.rows.query<{ id: string }>(
      `select id from segment where name = 'Power users'`,
    );
    const path = `/segments/${row?.id ?? ''}`;
    const body = { audience: { id: await audienceId('others') } };
    const preview = () => call(`POST ${path}/preview`, { body, token: VIEWER.token });
    await expect.poll(preview, PATIENCE).toMatchObject({
      status: 201,
      body: {
        members: 6,
        isComplete: true,
        flags: [
          {
            sdkId: 'web',
            key: 'above',
            users: 4,
            changes: expect.arrayContaining([
              { from: 'on', to: 'off', users: 1 },
              { from: 'off', to: 'on', users: 3 },
            ]),
          },
          {
            sdkId: 'web',
            key: 'powerful',
            users: 4,
            changes: expect.arrayContaining([{ from: true, to: false, users: 1 }]),
            examples: expect.arrayContaining(['user_0', 'other_1']),
          },
        ],
      },
    });
    expect(await bed.flag('powerful', 'user_0', 'web')).toBe(true);
    expect((await call(`GET ${path}`)).body).toMatchObject({ version: 1 });
  });

  it('looks at nobody where no audience is involved', async () => {
    const id = await make({ ...AUSTRIANS, name: 'Base' });
    const { name: _name, ...definition } = { ...AUSTRIANS, comparisonValue: 'CH' };
    const answer = await call(`POST /segments/${id}/preview`, { body: definition });
    expect(answer).toMatchObject({
      status: 201,
      body: { members: 0, isComplete: true, flags: [{ key: 'based', users: 0, changes: [] }] },
    });
  });

  it('refuses what PUT would', async () => {
    const id = await make({ ...AUSTRIANS, name: 'Unused' });
    const wrong = await call(`POST /segments/${id}/preview`, { body: { audience: { id: '7' } } });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: '/audience/id' }] } });
    const body = { audience: { destination: 'dest', computationId: 'x' } };
    expect((await call('POST /segments/x/preview', { body })).status).toBe(404);
  });
});
