import { describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { TestBed } from '../support/test-bed.js';

const KEY = 'configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbb';
const file = new ConfigFile(SERVED_FLAGS);
const sdks = {
  file: { offline: file.offline, key: KEY },
  empty: {},
  missing: { offline: { enabled: true, local: { file_path: '/nowhere/config_v6.json' } } },
};
const HTTP = { port: 0, host: '127.0.0.1' };
const bed = new TestBed({ sdks, http: { ...HTTP, sse: { enabled: false } } });
const replica = new TestBed({ sdks, http: { ...HTTP, sse: { enabled: false } } });
const defaults = new TestBed({
  sdks: { file: { offline: file.offline, default_user_attributes: { age: 21 } } },
  default_user_attributes: { Country: 'HU', age: 3 },
});

type Headers = Readonly<Record<string, string>>;

const BY_ID: Headers = { 'X-ConfigCat-SdkId': 'file' };
const ALL = '/ofrep/v1/evaluate/flags';

interface Told extends HttpAnswer {
  readonly type: string | null;
  readonly length: string | null;
}

async function ask(path: string, body?: string, headers = BY_ID, at = bed): Promise<Told> {
  const answer = await request(at.base + path, { method: 'POST', headers, body: body ?? null });
  const { headers: told } = answer;
  return { ...answer, type: told.get('content-type'), length: told.get('content-length') };
}

function one(key: string, context?: unknown, headers = BY_ID): Promise<Told> {
  return ask(`${ALL}/${encodeURIComponent(key)}`, JSON.stringify({ context }), headers);
}

async function askDefaults(context: unknown): Promise<unknown> {
  return (await ask(`${ALL}/byAge`, JSON.stringify({ context }), BY_ID, defaults)).body;
}

function json(status: number, text: string): object {
  return { status, text, type: 'application/json', length: `${Buffer.byteLength(text)}` };
}

describe('one flag', () => {
  it.each([
    ['simple', undefined, '"reason":"DEFAULT","variant":"v_simple","value":true'],
    ['whole', {}, '"reason":"DEFAULT","variant":"v_whole","value":42'],
    ['double', {}, '"reason":"DEFAULT","variant":"v_double","value":0.5'],
    ['byAge', { age: 18 }, '"reason":"TARGETING_MATCH","variant":"v_old","value":true'],
    ['byAge', { age: 17 }, '"reason":"DEFAULT","variant":"v_young","value":false'],
    ['byTags', { tags: ['vip'] }, '"reason":"TARGETING_MATCH","variant":"v_tagged","value":true'],
  ])('%s for %j is %s', async (key, context, members) => {
    expect(await one(key, context)).toMatchObject(json(200, `{"key":"${key}",${members}}`));
  });

  it('is written as Go writes it, and may have any key', async () => {
    const text =
      '{"key":"é\\u003c\\u0026\\u003e","reason":"DEFAULT","variant":"v_text",' +
      '"value":"\\u003cb\\u003e\\"\\u0026\\"\\u003c/b\\u003e\\u2028"}';
    expect(await one('é<&>')).toMatchObject(json(200, text));
  });

  it.each([undefined, '', '{}', 'null', '{"context":null}', '{"unknown":[],"context":{}}'])(
    'may be asked with the body %j',
    async (body) => {
      const answer = await ask(`${ALL}/simple`, body);
      expect(answer).toMatchObject({ status: 200, body: { value: true } });
    },
  );

  it('takes the default attributes, and of the request what it says', async () => {
    expect(await askDefaults(undefined)).toMatchObject({ variant: 'v_old' });
    expect(await askDefaults({ targetingKey: 'ada' })).toMatchObject({ variant: 'v_old' });
    expect(await askDefaults({ age: 3 })).toMatchObject({ variant: 'v_young' });
  });
});

describe('the SDK of a request', () => {
  it.each<[string, Headers]>([
    ['its id', BY_ID],
    ['its key', { 'X-ConfigCat-SdkKey': KEY }],
    ['its id, whatever key stands beside', { ...BY_ID, 'X-ConfigCat-SdkKey': 'unheard' }],
    ['its key, beside an empty id', { 'X-ConfigCat-SdkId': '', 'X-ConfigCat-SdkKey': KEY }],
  ])('is named by %s', async (_how, headers) => {
    expect(await one('simple', {}, headers)).toMatchObject({ status: 200 });
    expect(await ask(ALL, '{}', headers)).toMatchObject({ status: 200 });
  });

  const UNNAMED = "either the 'X-ConfigCat-SdkId' or the 'X-ConfigCat-SdkKey' header must be set";
  const UNKNOWN = 'could not identify a configured SDK';
  it.each<[string, Headers, string]>([
    ['not named', {}, UNNAMED],
    ['named emptily', { 'X-ConfigCat-SdkId': '', 'X-ConfigCat-SdkKey': '' }, UNNAMED],
    ['unknown by id', { 'X-ConfigCat-SdkId': 'nobody' }, UNKNOWN],
    ['unknown by key', { 'X-ConfigCat-SdkKey': 'nobody' }, UNKNOWN],
  ])('that is %s is a 400', async (_how, headers, details) => {
    const error = `"errorCode":"GENERAL","errorDetails":"${details}"}`;
    expect(await one('a"b', {}, headers)).toMatchObject(json(400, `{"key":"a\\"b",${error}`));
    expect(await ask(ALL, '{}', headers)).toMatchObject(json(400, `{${error}`));
  });

  it('that was never loaded is a 500', async () => {
    const text =
      '{"errorDetails":"requested SDK is in an invalid state; please check the logs for more details"}';
    const headers = { 'X-ConfigCat-SdkId': 'missing' };
    expect(await one('simple', {}, headers)).toMatchObject(json(500, text));
    expect(await ask(ALL, '{}', headers)).toMatchObject(json(500, text));
  });
});

describe('an error of OFREP', () => {
  it('for an unknown flag is 404', async () => {
    const text =
      '{"key":"nobody","errorCode":"FLAG_NOT_FOUND",' +
      `"errorDetails":"feature flag or setting with key 'nobody' not found"}`;
    expect(await one('nobody')).toMatchObject(json(404, text));
  });

  it('for an attribute of a wrong type names it, before the SDK is looked up', async () => {
    const error =
      `"errorCode":"INVALID_CONTEXT","errorDetails":"failed to parse JSON body: 'targetingKey' ` +
      `has an invalid type, only 'string', 'number', and 'string[]' types are allowed"}`;
    const body = '{"context":{"targetingKey":false}}';
    const nobody = { 'X-ConfigCat-SdkId': 'nobody' };
    expect(await ask(`${ALL}/simple`, body, nobody)).toMatchObject(
      json(400, `{"key":"simple",${error}`),
    );
    expect(await ask(ALL, body, {})).toMatchObject(json(400, `{${error}`));
  });

  it.each(['{', '[]', '7', '{"context":[]}', '{"context":"ada"}'])(
    'for the body %s is 400 with a reason',
    async (body) => {
      expect(await ask(`${ALL}/simple`, body)).toMatchObject({
        status: 400,
        body: {
          key: 'simple',
          errorCode: 'INVALID_CONTEXT',
          errorDetails: expect.stringMatching(/^failed to parse JSON body: ./),
        },
      });
    },
  );

  it('for a flag whose model is invalid is 500, and spoils no other flag', async () => {
    const text =
      '{"errorDetails":"the request failed; please check the server logs for more details"}';
    expect(await one('invalid', { broken: 'x' })).toMatchObject(json(500, text));
    const all = await ask(ALL, '{"context":{"broken":"x"}}');
    expect(all.text).toContain(
      '{"key":"invalid","errorCode":"GENERAL","errorDetails":"Comparison operator is invalid."},' +
        '{"key":"simple","reason":"DEFAULT","variant":"v_simple","value":true}',
    );
  });

  it('for more than a megabyte is 413', async () => {
    const answer = await ask(ALL, JSON.stringify({ padding: 'x'.repeat(1_048_576) }));
    expect(answer).toMatchObject({ status: 413, body: { errorDetails: expect.any(String) } });
  });
});

describe('all flags', () => {
  it('stand in the order of their keys', async () => {
    const { body } = await ask(ALL, '');
    const keys = Object(body).flags.map(({ key }: { key: string }) => key);
    const sorted = Object.keys(SERVED_FLAGS.f ?? {}).toSorted();
    expect(keys).toEqual(sorted);
    expect(await ask(ALL, '', { 'X-ConfigCat-SdkId': 'empty' })).toMatchObject(
      json(200, '{"flags":[]}'),
    );
  });

  it('have an ETag, the same on each replica, and are 304 to whoever has them', async () => {
    const first = await ask(ALL, '{"context":{"age":18,"targetingKey":"ada"}}');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[0-9a-f]{16}"$/);
    const conditional = { ...BY_ID, 'If-None-Match': etag };
    const body = '{"context":{"targetingKey":"ada","age":18}}';
    for (const at of [bed, replica]) {
      const again = await ask(ALL, body, conditional, at);
      expect(again).toMatchObject({ status: 304, text: '' });
      expect(again.headers.get('etag')).toBe(etag);
    }
    expect(await ask(ALL, '{"context":{"age":17}}', conditional)).toMatchObject({ status: 200 });
  });
});
