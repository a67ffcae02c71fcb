import { describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { TestBed } from '../support/test-bed.js';

const KEY = 'configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbb';
const OTHER = 'cccccccccccccccccccccc/dddddddddddddddddddddd';
const file = new ConfigFile(SERVED_FLAGS);
const bed = new TestBed({
  default_user_attributes: { age: 3, Country: 'HU' },
  sdks: {
    file: { offline: file.offline, key: KEY, default_user_attributes: { age: 21 } },
    other: { key: OTHER, offline: file.offline },
    unkeyed: {},
  },
});

const UNNAMED = "either the 'sdkId' path variable or 'X-ConfigCat-SdkKey' header must be set\n";

function api(route: string, headers: Readonly<Record<string, string>>, body = '{}') {
  const method = route.endsWith('keys') ? 'GET' : 'POST';
  return request(`${bed.base}/api/${route}`, {
    method,
    headers,
    ...(method === 'POST' && { body }),
  });
}

function ageByKey(key: string): Promise<HttpAnswer> {
  return api('eval', { 'X-ConfigCat-SdkKey': key }, '{"key":"byAge"}');
}

function stream(route: string, question: unknown): Promise<HttpAnswer> {
  const data = Buffer.from(JSON.stringify(question)).toString('base64url');
  return request(`${bed.base}/sse/${route}/${data}`, { method: 'HEAD' });
}

async function refusalOf(route: string, question: unknown): Promise<HttpAnswer> {
  const data = Buffer.from(JSON.stringify(question)).toString('base64url');
  return request(`${bed.base}/sse/${route}/${data}`);
}

describe('an API request without an SDK id', () => {
  it.each(['eval', 'eval-all', 'refresh', 'keys', 'user'])('%s must have a key', async (route) => {
    for (const headers of [{}, { 'X-ConfigCat-SdkKey': '' }]) {
      expect(await api(route, headers)).toMatchObject({ status: 400, text: UNNAMED });
    }
  });

  it.each(['eval', 'eval-all', 'user'])('%s is told of its body first', async (route) => {
    const answer = await api(route, {}, '{"user":');
    expect(answer).toMatchObject({
      status: 400,
      text: 'failed to parse JSON body: invalid JSON\n',
    });
  });

  it.each([KEY.slice(0, -1), KEY.toUpperCase(), `${KEY}x`, 'file', 'configcat-proxy/file'])(
    'finds nothing by %s',
    async (key) => {
      const headers = { 'X-ConfigCat-SdkKey': key };
      expect(await api('keys', headers)).toMatchObject({
        status: 404,
        text: 'could not identify a configured SDK\n',
      });
    },
  );

  it('takes the default attributes of the SDK that has the key', async () => {
    expect(await ageByKey(KEY)).toMatchObject({ body: { variationId: 'v_old' } });
    expect(await ageByKey(OTHER)).toMatchObject({ body: { variationId: 'v_young' } });
  });
});

describe('an SDK id in the path', () => {
  it('wins over a key', async () => {
    const headers = { 'X-ConfigCat-SdkKey': OTHER };
    const answer = await api('file/eval', headers, '{"key":"byAge"}');
    expect(answer).toMatchObject({ body: { variationId: 'v_old' } });
    expect(await api('unkeyed/keys', { 'X-ConfigCat-SdkKey': 'nobody' })).toMatchObject({
      status: 200,
    });
  });

  it('wins over a key in the data of a stream', async () => {
    const question = { key: 'simple', sdkKey: 'nobody' };
    expect(await stream('file/eval', question)).toMatchObject({ status: 200 });
  });
});

describe('a stream without an SDK id', () => {
  it.each(['eval/k', 'eval-all/k'])('%s finds its SDK by the key in its data', async (route) => {
    expect(await stream(route, { key: 'simple', sdkKey: KEY })).toMatchObject({ status: 200 });
  });

  it('refuses in the order of data, SDK, key and flag', async () => {
    expect(await request(`${bed.base}/sse/eval/k/*`)).toMatchObject({
      status: 400,
      text: "failed to decode incoming 'data'\n",
    });
    const cases: ReadonlyArray<readonly [unknown, number, string]> = [
      [
        { user: { a: true } },
        400,
        "failed to deserialize incoming 'data': 'a' has an invalid type, only 'string', 'number', and 'string[]' types are allowed",
      ],
      [{}, 400, "either the 'sdkId' path parameter or the 'sdkKey' data parameter must be set"],
      [{ sdkKey: 'nobody' }, 404, 'could not identify a configured SDK'],
      [{ sdkKey: KEY }, 400, "'key' must be set"],
      [{ sdkKey: KEY, key: 'nobody' }, 400, "feature flag or setting with key 'nobody' not found"],
    ];
    for (const [question, status, message] of cases) {
      const answer = await refusalOf('eval/k', question);
      expect(answer).toMatchObject({ status, text: `${message}\n` });
    }
  });

  it('needs data', async () => {
    for (const route of ['eval/k', 'eval/k/', 'eval-all/k', 'eval-all/k/']) {
      const answer = await request(`${bed.base}/sse/${route}`);
      expect(answer.status).toBe(404);
    }
  });
});

describe('a config by SDK key', () => {
  it('is the one by SDK id', async () => {
    const byId = await request(`${bed.base}/configuration-files/configcat-proxy/file`);
    for (const path of [KEY, `${KEY}/config_v6.json`, encodeURIComponent(KEY)]) {
      const byKey = await request(`${bed.base}/configuration-files/${path}`);
      expect(byKey).toMatchObject({ status: 200, text: byId.text });
      expect(byKey.headers.get('etag')).toBe(byId.headers.get('etag'));
    }
  });

  it.each([
    'configcat-proxy/config_v6.json',
    'configcat-proxy',
    'file',
    'file/config_v6.json',
    `${KEY}/more`,
    'config_v6.json',
  ])('is none of %s', async (path) => {
    expect(await request(`${bed.base}/configuration-files/${path}`)).toMatchObject({
      status: 404,
      text: 'could not identify a configured SDK\n',
    });
  });
});
