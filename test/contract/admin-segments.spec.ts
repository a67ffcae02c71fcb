import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../src/engage/json-value.js';
import { callAdmin, VIEWER, WITH_ADMIN, type AdminCall } from '../support/admin.js';
import { identify } from '../support/builders.js';
import type { HttpAnswer } from '../support/http-answer.js';
import { TestBed } from '../support/test-bed.js';

const bed = new TestBed({ ...WITH_ADMIN, sdks: { default: {}, shop: { product: 'shop' } } });
const call = (what: string, over?: AdminCall) => callAdmin(bed.base, what, over);
const LIST = '/products/default/segments';

const simple = (over: object = {}) => ({
  name: `Segment ${randomUUID()}`,
  comparisonAttribute: 'Email',
  comparator: 'contains',
  comparisonValue: '@example.com',
  ...over,
});

/** A member of an answer's body. */
function member(answer: HttpAnswer, name: string): unknown {
  return isJsonObject(answer.body) ? answer.body[name] : undefined;
}

/** The same, of one that must be a text. */
function text(answer: HttpAnswer, name: string): string {
  const value = member(answer, name);
  if (typeof value !== 'string') throw new Error(answer.text);
  return value;
}

async function make(over: object = {}): Promise<{ readonly path: string; readonly body: unknown }> {
  const answer = await call(`POST ${LIST}`, { body: simple(over) });
  expect(answer.status).toBe(201);
  return { path: `/segments/${text(answer, 'segmentId')}`, body: answer.body };
}

describe('POST /products/{product}/segments', () => {
  it('makes a segment of one comparison', async () => {
    const input = simple({ description: 'Ours' });
    const answer = await call(`POST ${LIST}`, { body: input });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('etag')).toBe('"1"');
    const id = text(answer, 'segmentId');
    expect(answer.headers.get('location')).toBe(`/admin/v1/segments/${id}`);
    expect(answer.body).toEqual({
      segmentId: expect.stringMatching(/^[\da-f-]{36}$/),
      product: 'default',
      ...input,
      overlay: true,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      createdBy: 'Ada',
      updatedAt: expect.stringMatching(/Z$/),
      updatedBy: 'Ada',
      version: 1,
      usage: [],
    });
    expect((await call(`GET /segments/${id}`)).body).toEqual(answer.body);
  });

  it('makes one of several conditions, as they were sent', async () => {
    const named = { name: `Segment ${randomUUID()}` };
    const conditions = [
      {
        comparisonAttribute: 'Country',
        comparator: 'sensitiveIsOneOf',
        comparisonValue: { listValue: [{ value: 'AT', hint: 'Austria' }, { value: 'CH' }] },
      },
      {
        comparisonAttribute: 'age',
        comparator: 'numberGreater',
        comparisonValue: { doubleValue: 17.5 },
      },
      {
        comparisonAttribute: 'Email',
        comparator: 'textEquals',
        comparisonValue: { stringValue: 'x' },
      },
    ];
    const answer = await call(`POST ${LIST}`, { body: { ...named, conditions } });
    expect(answer).toMatchObject({ status: 201, body: { conditions } });
    expect(answer.body).not.toHaveProperty('comparator');
  });

  it('makes one of an audience, by its id or by what Segment calls it', async () => {
    await bed.send(identify({ key: 'by_id', userId: 'ada', computationId: 'aud_by_id' }));
    const [row] = await bed.rows.query<{ id: string }>(
      `select id from audience where key = 'by_id'`,
    );
    const named = { name: `Segment ${randomUUID()}` };
    const byId = { ...named, audience: { id: row?.id }, delivery: 'list' };
    const answer = await call(`POST ${LIST}`, { body: byId });
    expect(answer).toMatchObject({
      status: 201,
      body: { audience: { id: row?.id }, delivery: 'list' },
    });
    const name = { destination: 'dest', computationId: 'aud_by_id' };
    const byName = await call(`POST ${LIST}`, {
      body: { ...named, name: 'By name', audience: name },
    });
    expect(byName).toMatchObject({ status: 201, body: { audience: name, delivery: 'auto' } });
  });

  it('takes an audience that has not come yet, which is empty until then', async () => {
    const audience = { destination: 'dest', computationId: 'aud_later' };
    const name = 'Comes later';
    expect((await call(`POST ${LIST}`, { body: { name, audience } })).status).toBe(201);
    await bed.send(identify({ key: 'comes_later', userId: 'ada', computationId: 'aud_later' }));
    await bed.sees('audience_comes_later', 'ada', true);
    const rows = await bed.rows.query<{ name: string }>(
      `select s.name from segment s join audience a on a.id = s.audience_id where a.key = 'comes_later'`,
    );
    expect(rows).toEqual([{ name }]);
  });

  it.each<[string, unknown, string]>([
    ['no object', '[]', ''],
    ['no name', simple({ name: undefined }), '/name'],
    ['an empty name', simple({ name: '' }), '/name'],
    ['a blank name', simple({ name: ' ' }), '/name'],
    ['a name of 256 characters', simple({ name: 'x'.repeat(256) }), '/name'],
    ['a name with NUL', simple({ name: 'a\0' }), '/name'],
    ['a name that is a number', simple({ name: 7 }), '/name'],
    ['an unknown member', simple({ color: 'red' }), '/color'],
    ['a read-only member', simple({ version: 3 }), '/version'],
    ['an unknown comparator', simple({ comparator: 'like' }), '/comparator'],
    ['a comparator of conditions', simple({ comparator: 'textEquals' }), '/comparator'],
    ['no value', simple({ comparisonValue: undefined }), '/comparisonValue'],
    [
      'a value of 65,536 characters',
      simple({ comparisonValue: 'x'.repeat(65_536) }),
      '/comparisonValue',
    ],
    [
      'a number that is none',
      simple({ comparator: 'numberLess', comparisonValue: 'x' }),
      '/comparisonValue',
    ],
    [
      'a version that is none',
      simple({ comparator: 'semVerLess', comparisonValue: '1' }),
      '/comparisonValue',
    ],
    ['two definitions', simple({ audience: { id: '1' } }), ''],
    ['no definition', { name: 'None' }, ''],
    ['no conditions', { name: 'None', conditions: [] }, '/conditions'],
    ['a condition that is none', { name: 'None', conditions: [7] }, '/conditions/0'],
    [
      'a wrong value in a condition',
      {
        name: 'Wrong',
        conditions: [
          {
            comparisonAttribute: 'x',
            comparator: 'numberLess',
            comparisonValue: { stringValue: '1' },
          },
        ],
      },
      '/conditions/0/comparisonValue',
    ],
    ['an unknown audience', { name: 'Unknown', audience: { id: '7' } }, '/audience/id'],
    ['an audience id that is none', { name: 'Unknown', audience: { id: 'x' } }, '/audience/id'],
    [
      'an audience of no destination',
      { name: 'Unknown', audience: { destination: 'x', computationId: 'y' } },
      '/audience/destination',
    ],
    ['half of an audience', { name: 'Half', audience: { destination: 'dest' } }, '/audience'],
    ['a delivery without an audience', simple({ delivery: 'list' }), '/delivery'],
  ])('refuses %s', async (_name, body, pointer) => {
    const answer = await call(`POST ${LIST}`, { body });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(member(answer, 'errors')).toContainEqual(expect.objectContaining({ pointer }));
  });

  it.each([
    ['an array for a condition', { name: 'Odd', conditions: [[]] }, '/conditions'],
    [
      'an array for a value',
      {
        name: 'Odd',
        conditions: [
          { comparisonAttribute: 'x', comparator: 'isOneOf', comparisonValue: { listValue: [[]] } },
        ],
      },
      '/conditions/0/comparisonValue/listValue',
    ],
    [
      'more values than one segment may have',
      {
        name: 'Odd',
        conditions: ['isOneOf', 'isNotOneOf'].map((comparator) => ({
          comparisonAttribute: 'x',
          comparator,
          comparisonValue: { listValue: Array.from({ length: 8_000 }, () => ({ value: 'a' })) },
        })),
      },
      '/conditions',
    ],
    [
      'what is nested without end',
      `{"name":"Odd","usage":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      '',
    ],
    [
      'millions of parts',
      { name: 'Odd', conditions: Array.from({ length: 150_000 }, () => 1) },
      '',
    ],
  ])('refuses %s', async (_name, body, pointer) => {
    const answer = await call(`POST ${LIST}`, { body });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('refuses an audience that the product does not see', async () => {
    const audience = { destination: 'dest', computationId: 'aud_unseen' };
    const answer = await call('POST /products/shop/segments', {
      body: { name: 'Unseen', audience },
    });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/audience' }] } });
  });

  it('finds its audience whatever comes first at the same moment, the segment or the event', async () => {
    const races = Array.from({ length: 20 }, async (_, n) => {
      const [key, name] = [`racing_${n}`, `Racing ${n}`];
      const audience = { destination: 'dest', computationId: `aud_${key}` };
      await Promise.all([
        bed.send(identify({ key, userId: 'ada', computationId: `aud_${key}` })),
        call(`POST ${LIST}`, { body: { name, audience } }),
      ]);
    });
    await Promise.all(races);
    const waiting = await bed.rows.query(
      `select name from segment where name like 'Racing %' and audience_id is null`,
    );
    expect(waiting).toEqual([]);
  });

  it('refuses what is no JSON', async () => {
    expect((await call(`POST ${LIST}`, { body: '{' })).status).toBe(400);
  });

  it('takes the longest of everything', async () => {
    const longest = { name: 'n'.repeat(255), comparisonValue: 'x'.repeat(65_535) };
    expect((await make(longest)).body).toMatchObject(longest);
  });

  it('refuses a taken name with 409, and an unknown product with 404', async () => {
    const taken = simple();
    await call(`POST ${LIST}`, { body: taken });
    expect(await call(`POST ${LIST}`, { body: taken })).toMatchObject({
      status: 409,
      body: { type: 'name_taken' },
    });
    expect((await call('POST /products/unknown/segments', { body: simple() })).status).toBe(404);
    expect((await call('GET /products/unknown/segments')).status).toBe(404);
  });
});

describe('PUT /segments/{segmentId}', () => {
  it('takes what GET answered, with a change, and raises the version', async () => {
    const { path, body } = await make();
    const changed = { ...Object(body), description: 'Changed' };
    const answer = await call(`PUT ${path}`, { body: changed, headers: { 'if-match': '"1"' } });
    expect(answer).toMatchObject({ status: 200, body: { description: 'Changed', version: 2 } });
    expect(answer.headers.get('etag')).toBe('"2"');
  });

  it('may make another definition of it', async () => {
    const { path } = await make();
    const body = { name: 'Another', audience: { destination: 'dest', computationId: 'aud_x' } };
    const answer = await call(`PUT ${path}`, { body, headers: { 'if-match': '"1"' } });
    expect(answer.body).not.toHaveProperty('comparator');
    expect(answer.body).toMatchObject({ audience: body.audience });
  });

  it('needs If-Match, before anything else is looked at', async () => {
    const answer = await call(`PUT /segments/${randomUUID()}`, { body: { color: 'red' } });
    expect(answer).toMatchObject({ status: 428, body: { type: 'version_required' } });
  });

  it('lets one of two writers of a version win', async () => {
    const { path } = await make();
    const answers = await Promise.all(
      ['One', 'Two'].map((name) =>
        call(`PUT ${path}`, {
          body: simple({ name: `${name} ${path}` }),
          headers: { 'if-match': '"1"' },
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]));
    expect((await call(`GET ${path}`)).body).toMatchObject({ version: 2 });
  });

  it.each([
    ['"7"', 412],
    ['7', 422],
    ['*', 422],
  ])('refuses If-Match: %s', async (tag, status) => {
    const { path } = await make();
    const answer = await call(`PUT ${path}`, { body: simple(), headers: { 'if-match': tag } });
    expect(answer.status).toBe(status);
  });

  it('refuses a taken name, and an unknown segment', async () => {
    const [one, two] = [await make(), await make()];
    const name = isJsonObject(two.body) ? two.body['name'] : '';
    const headers = { 'if-match': '"1"' };
    expect((await call(`PUT ${one.path}`, { body: simple({ name }), headers })).status).toBe(409);
    const unknown = [`/segments/${randomUUID()}`, '/segments/x'];
    for (const path of unknown) {
      expect((await call(`PUT ${path}`, { body: simple(), headers })).status).toBe(404);
    }
  });
});

describe('a segment', () => {
  it('is deleted once no flag uses it, or by force', async () => {
    await bed.send(identify({ key: 'used', userId: 'ada' }));
    const [row] = await bed.rows.query<{ id: string }>(
      `select id from segment where name = 'Used'`,
    );
    const path = `/segments/${row?.id ?? ''}`;
    await bed.sees('audience_used', 'ada', true);
    expect((await call(`GET ${path}`)).body).toMatchObject({ usage: ['audience_used'] });
    expect(await call(`DELETE ${path}`)).toMatchObject({
      status: 409,
      body: { type: 'in_use', detail: expect.stringContaining('audience_used') },
    });
    expect(
      (await call(`DELETE ${path.toUpperCase().replace('SEGMENTS', 'segments')}`)).status,
    ).toBe(409);
    expect((await call(`DELETE ${path}?force=maybe`)).status).toBe(422);
    expect((await call(`DELETE ${path}?force=true`)).status).toBe(204);
    expect((await call(`GET ${path}`)).status).toBe(404);
    expect((await call(`DELETE ${path}`)).status).toBe(404);
    expect(await bed.flag('audience_used', 'ada')).toBeUndefined();
    // Its audience goes on, and does not make it again.
    await bed.send(identify({ key: 'used', userId: 'bob' }));
    expect(await bed.rows.query(`select from segment where name like 'Used%'`)).toEqual([]);
  });

  it('is deleted in one version alone, where the caller says which', async () => {
    const { path } = await make();
    const stale = { headers: { 'if-match': '"2"' } };
    expect((await call(`DELETE ${path}`, stale)).status).toBe(412);
    expect((await call(`DELETE ${path}`, { headers: { 'if-match': '"1"' } })).status).toBe(204);
  });

  it('tells who changed it to what, also after its end', async () => {
    const { path } = await make({ name: 'With history' });
    const body = simple({ name: 'Renamed', comparisonValue: 'y' });
    await call(`PUT ${path}`, { body, headers: { 'if-match': '"1"' } });
    await call(`DELETE ${path}`);
    const { body: history } = await call(`GET ${path}/history`);
    expect(history).toMatchObject({
      items: [
        { name: 'Renamed', version: 3, definition: null, changedBy: 'Ada' },
        { name: 'Renamed', version: 2, definition: { comparisonValue: 'y' }, overlay: true },
        { name: 'With history', version: 1, definition: { comparator: 'contains' } },
      ],
      next: null,
    });
    const first = await call(`GET ${path}/history?limit=1`);
    const after = text(first, 'next');
    expect((await call(`GET ${path}/history?limit=5&after=${after}`)).body).toMatchObject({
      items: [{ version: 2 }, { version: 1 }],
    });
    expect((await call(`GET /segments/${randomUUID()}/history`)).status).toBe(404);
  });

  it('is written by admins alone', async () => {
    const { path } = await make();
    const token = VIEWER.token;
    const headers = { 'if-match': '"1"' };
    expect((await call(`GET ${path}`, { token })).status).toBe(200);
    expect((await call(`GET ${LIST}`, { token })).status).toBe(200);
    expect((await call(`POST ${LIST}`, { token, body: simple() })).status).toBe(403);
    expect((await call(`PUT ${path}`, { token, body: simple(), headers })).status).toBe(403);
    expect((await call(`DELETE ${path}`, { token })).status).toBe(403);
    expect((await call(`GET ${path}`)).body).toMatchObject({ version: 1 });
  });
});

describe('GET /products/{product}/segments', () => {
  beforeEach(() => bed.rows.query('delete from segment'));

  it('is paged by name, whatever comes and goes meanwhile', async () => {
    const names = ['a', 'b', 'c d', 'é/%', 'z'];
    for (const name of names) await make({ name });
    const found: unknown[] = [];
    let after = '';
    for (;;) {
      const answer = await call(`GET ${LIST}?limit=2${after}`);
      const items = member(answer, 'items');
      if (!Array.isArray(items)) throw new Error(answer.text);
      found.push(...items.map((item: unknown) => (isJsonObject(item) ? item['name'] : item)));
      const next = member(answer, 'next');
      if (next === null) break;
      after = `&after=${text(answer, 'next')}`;
      // Behind what was read, and right before it goes on.
      await bed.rows.query(`delete from segment where name = 'a'`);
    }
    // In the order of the database's language.
    expect(new Set(found)).toEqual(new Set(names));
    expect(found).toHaveLength(names.length);
  });

  it.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'after=x',
    'after=WzFd',
    // A text with NUL.
    'after=WyJcdTAwMDAiXQ',
    'color=red',
  ])('refuses ?%s', async (query) => {
    const answer = await call(`GET ${LIST}?${query}`);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ in: 'query' }] } });
  });
});
