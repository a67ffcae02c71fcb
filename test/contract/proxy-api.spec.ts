import { describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { TestBed } from '../support/test-bed.js';

const file = new ConfigFile(SERVED_FLAGS);
const bed = new TestBed({
  default_user_attributes: { Country: 'HU', tags: ['vip', 'new'], age: 10 },
  sdks: {
    file: { offline: file.offline, default_user_attributes: { age: 21, Country: 'FR' } },
    empty: {},
    missing: { offline: { enabled: true, local: { file_path: '/nowhere/config_v6.json' } } },
  },
});
const plain = new TestBed({ sdks: { file: { offline: file.offline } } });

function ask(route: string, body: string, { base } = plain): Promise<HttpAnswer> {
  return request(`${base}/api/file/${route}`, { method: 'POST', body });
}

function askOf(sdkId: string, body: string): Promise<HttpAnswer> {
  return request(`${bed.base}/api/${sdkId}/eval`, { method: 'POST', body });
}

function evaluate(key: string, user?: unknown, at = plain): Promise<HttpAnswer> {
  return ask('eval', JSON.stringify({ key, user }), at);
}

async function valueOf(key: string, user?: unknown, at = plain): Promise<unknown> {
  const { value }: { value: unknown } = Object((await evaluate(key, user, at)).body);
  return value;
}

const ALL_WITHOUT_USER =
  '{"beta":{"value":false,"variationId":"v_out"},' +
  '"byAge":{"value":false,"variationId":"v_young"},' +
  '"byCountry":{"value":"elsewhere","variationId":"v_elsewhere"},' +
  '"byTags":{"value":false,"variationId":"v_untagged"},' +
  '"double":{"value":0.5,"variationId":"v_double"},' +
  '"invalid":{"value":false,"variationId":"v_unreached"},' +
  '"simple":{"value":true,"variationId":"v_simple"},' +
  '"whole":{"value":42,"variationId":"v_whole"},' +
  '"é\\u003c\\u0026\\u003e":{"value":"\\u003cb\\u003e\\"\\u0026\\"\\u003c/b\\u003e\\u2028","variationId":"v_text"}}';
const INVALID_FAILED = ALL_WITHOUT_USER.replace(
  '"invalid":{"value":false,"variationId":"v_unreached"}',
  '"invalid":{"value":null,"variationId":""}',
);

describe('eval', () => {
  it.each([
    ['simple', '{"value":true,"variationId":"v_simple"}'],
    ['whole', '{"value":42,"variationId":"v_whole"}'],
    ['double', '{"value":0.5,"variationId":"v_double"}'],
    [
      'é<&>',
      '{"value":"\\u003cb\\u003e\\"\\u0026\\"\\u003c/b\\u003e\\u2028","variationId":"v_text"}',
    ],
  ])('of %s answers %s', async (key, text) => {
    const answer = await evaluate(key);
    expect(answer).toMatchObject({ status: 200, text });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('content-length')).toBe(`${Buffer.byteLength(text)}`);
  });

  it.each([
    ['without a user', undefined, 'elsewhere'],
    ['with null for a user', null, 'elsewhere'],
    ['with an empty user', {}, 'elsewhere'],
    ['with a user of that country', { Country: 'HU' }, 'near'],
    ['with an attribute of another case', { country: 'HU' }, 'elsewhere'],
  ])('%s evaluates what there is', async (_name, user, value) => {
    expect(await valueOf('byCountry', user)).toBe(value);
  });

  it.each([
    ['a number', 'byAge', { age: 18 }, true],
    ['a text that is one', 'byAge', { age: '17,6' }, true],
    ['a smaller one', 'byAge', { age: 17 }, false],
    ['a list of texts', 'byTags', { tags: ['new', 'vip'] }, true],
    ['a list whose other items are left out', 'byTags', { tags: [1, null, {}, 'vip'] }, true],
    ['a list without any text', 'byTags', { tags: [1, 2] }, false],
    ['a text that is a list', 'byTags', { tags: '["vip"]' }, true],
    [
      'an attribute named __proto__',
      'beta',
      JSON.parse('{"__proto__":"x","Email":"a@beta.example"}'),
      true,
    ],
  ])('takes %s', async (_name, key, user, value) => {
    expect(await valueOf(key, user)).toBe(value);
  });

  it.each([true, null, { a: 1 }])('refuses an attribute that is %j', async (age) => {
    expect(await evaluate('byAge', { age })).toMatchObject({
      status: 400,
      text:
        `failed to parse JSON body: 'age' has an invalid type, ` +
        `only 'string', 'number', and 'string[]' types are allowed\n`,
    });
  });

  it('reads no content type, and no field that it does not know', async () => {
    const url = `${plain.base}/api/file/eval`;
    const body = '{"unknown":{"a":[]},"key":"simple"}';
    const headers = { 'content-type': 'text/html' };
    expect(await request(url, { method: 'POST', body, headers })).toMatchObject({ status: 200 });
  });
});

describe('an error of the API', () => {
  it.each(['', 'null!', '{"key":', '[]', '"text"', '{"key":7}', '{"key":"simple","user":[]}'])(
    'for the body %j is 400 with a reason',
    async (body) => {
      for (const route of ['eval', 'eval-all']) {
        const answer = await ask(route, body);
        expect(answer.status).toBe(400);
        expect(answer.text).toMatch(/^failed to parse JSON body: [^\n]+\n$/);
        expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      }
    },
  );

  it.each([
    ['{"key":"nobody"}', 'nobody'],
    ['{"key":""}', ''],
    ['{}', ''],
    ['null', ''],
    ['{"key":"__proto__"}', '__proto__'],
  ])('for the unknown flag of %s is 400', async (body, key) => {
    expect(await ask('eval', body)).toMatchObject({
      status: 400,
      text: `feature flag or setting with key '${key}' not found\n`,
    });
  });

  it('for a model that is invalid is 500, once its rule is reached', async () => {
    expect(await evaluate('invalid', {})).toMatchObject({ status: 200 });
    expect(await evaluate('invalid', { broken: 'x' })).toMatchObject({
      status: 500,
      text: 'the request failed; please check the logs for more details\n',
    });
  });

  it('comes in the order of the body, the SDK, the flag', async () => {
    expect((await askOf('nobody', 'no JSON')).text).toMatch(/^failed to parse JSON body: /);
    expect((await askOf('nobody', '{}')).text).toBe('could not identify a configured SDK\n');
    expect((await askOf('missing', '{}')).text).toMatch(/^requested SDK is in an invalid state; /);
    expect((await askOf('empty', '{}')).text).toMatch(/^feature flag or setting with key '' not/);
  });

  it('for more than a megabyte is 413', async () => {
    const body = JSON.stringify({ key: 'simple', padding: 'x'.repeat(1_048_576) });
    expect(await ask('eval', body)).toMatchObject({ status: 413 });
    expect(await evaluate('simple')).toMatchObject({ status: 200 });
  });
});

describe('eval-all', () => {
  it('answers every flag, sorted by bytes, a failed one without a value', async () => {
    expect(await ask('eval-all', '{}')).toMatchObject({ status: 200, text: ALL_WITHOUT_USER });
    expect(await ask('eval-all', '{"user":{"broken":"x"}}')).toMatchObject({
      status: 200,
      text: INVALID_FAILED,
    });
  });

  it('has an ETag, and is 304 to whoever has what would be answered', async () => {
    const { headers } = await ask('eval-all', '{}');
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[0-9a-f]{16}"$/);
    const known = (body: string): Promise<HttpAnswer> =>
      request(`${plain.base}/api/file/eval-all`, {
        method: 'POST',
        body,
        headers: { 'If-None-Match': `"other", ${etag}` },
      });
    const answer = await known('{"user":{"unread":"x"}}');
    expect(answer).toMatchObject({ status: 304, text: '' });
    expect(answer.headers.get('etag')).toBe(etag);
    expect(answer.headers.get('content-type')).toBeNull();
    expect(await known('{"user":{"age":18}}')).toMatchObject({ status: 200 });
  });

  it('of no flags is an empty object', async () => {
    const answer = await request(`${bed.base}/api/empty/eval-all`, { method: 'POST', body: '{}' });
    expect(answer).toMatchObject({ status: 200, text: '{}' });
  });
});

describe('keys', () => {
  it('are all keys, sorted', async () => {
    const answer = await request(`${plain.base}/api/file/keys`);
    const keys = [
      'beta',
      'byAge',
      'byCountry',
      'byTags',
      'double',
      'invalid',
      'simple',
      'whole',
      'é<&>',
    ];
    expect(answer).toMatchObject({ status: 200, body: { keys } });
    expect(answer.text).toMatch(/^\{"keys":\["beta",.*,"é\\u003c\\u0026\\u003e"\]\}$/);
    expect(answer.headers.get('content-type')).toBe('application/json');
  });
});

describe('default_user_attributes', () => {
  it.each([
    ['of all SDKs hold without a user', 'byTags', undefined, true],
    ['of the SDK go over those of all', 'byAge', undefined, true],
    ['of the SDK, the same for a text', 'byCountry', undefined, 'elsewhere'],
    ['stay where the user says nothing of them', 'byAge', { Identifier: 'a' }, true],
    ['give way to those of the user', 'byAge', { age: 3 }, false],
    ['give way one by one', 'byTags', { age: 3 }, true],
  ])('%s', async (_name, key, user, value) => {
    expect(await valueOf(key, user, bed)).toBe(value);
  });
});
