import { describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

/** Not as anybody would serialise it: bytes that stay show that nothing was. */
const ODD_TEXT = ` {"f" : {"b":{"v":{"b":true},"t":0,"i":"v\\u00e9"}} ,"p":{"r":0,"s":"x"}}\n`;
const odd = new ConfigFile(ODD_TEXT);
const redirecting = new ConfigFile({
  ...SERVED_FLAGS,
  p: { u: 'https://a.example', r: 2, s: 'x' },
});
const broken = new ConfigFile('{"f":');

const bed = new TestBed({
  sdks: {
    default: {},
    odd: { offline: odd.offline },
    same: { offline: odd.offline },
    redirecting: { offline: redirecting.offline },
    broken: { offline: broken.offline },
    missing: { offline: { enabled: true, local: { file_path: '/nowhere/config_v6.json' } } },
  },
});

function get(sdkId: string, init: RequestInit = {}, query = ''): Promise<HttpAnswer> {
  const path = `/configuration-files/configcat-proxy/${sdkId}/config_v6.json${query}`;
  return request(bed.base + path, init);
}

async function etagOf(sdkId: string): Promise<string> {
  await expect.poll(async () => (await get(sdkId)).status, PATIENCE).toBe(200);
  return (await get(sdkId)).headers.get('etag') ?? '';
}

/** But those of every HTTP answer, and CORS. */
function ownHeaders(headers: Headers): Readonly<Record<string, string>> {
  const others = /^(?:access-control-.*|connection|keep-alive|date|vary)$/;
  return Object.fromEntries([...headers].filter(([name]) => !others.test(name)));
}

describe('a config', () => {
  it('is served with all its headers and its length', async () => {
    const etag = await etagOf('odd');
    const { headers } = await get('odd');
    expect(etag).toMatch(/^W\/"[0-9a-f]{16}"$/);
    expect(ownHeaders(headers)).toEqual({
      'cache-control': 'max-age=0, must-revalidate',
      etag,
      'content-type': 'application/json',
      'content-length': `${ODD_TEXT.length}`,
    });
  });

  it('with nothing of ours in it keeps its bytes', async () => {
    await etagOf('odd');
    expect((await get('odd')).text).toBe(ODD_TEXT);
  });

  it('of one content has one ETag, and of another another', async () => {
    expect(await etagOf('same')).toBe(await etagOf('odd'));
    expect(await etagOf('default')).not.toBe(await etagOf('odd'));
  });

  it('redirects nobody, whatever its base says', async () => {
    await etagOf('redirecting');
    const { body } = await get('redirecting');
    expect(body).toEqual({ ...SERVED_FLAGS, p: { u: 'https://a.example', r: 0, s: 'x' } });
  });

  it('of an SDK without any has a salt, and nothing else', async () => {
    await etagOf('default');
    const { body } = await get('default');
    expect(body).toEqual({ p: { r: 0, s: expect.stringMatching(/^\w{32,}$/) }, s: [], f: {} });
  });

  it.each(['broken', 'missing'])(
    'that was never loaded (%s) is a 500, to be asked again',
    async (id) => {
      const answer = await get(id);
      expect(answer).toMatchObject({
        status: 500,
        text: 'requested SDK is in an invalid state; please check the logs for more details\n',
      });
      expect(answer.headers.get('cache-control')).toBeNull();
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    },
  );
});

describe('a condition', () => {
  it.each([
    ['the ETag', (etag: string) => etag],
    ['the ETag as a strong one', (etag: string) => etag.slice(2)],
    ['the ETag among others', (etag: string) => `"a", ${etag} , W/"b"`],
    ['the strong one among others', (etag: string) => `W/"a",${etag.slice(2)}`],
    ['any', () => '*'],
  ])('%s is answered 304, with nothing but the ETag', async (_name, condition) => {
    const etag = await etagOf('odd');
    const answer = await get('odd', { headers: { 'if-none-match': condition(etag) } });
    expect(answer).toMatchObject({ status: 304, text: '' });
    expect(ownHeaders(answer.headers)).toEqual({
      'cache-control': 'max-age=0, must-revalidate',
      etag,
    });
  });

  it.each([
    ['another ETag', () => 'W/"0000000000000000"'],
    ['null', () => 'null'],
    ['a tag with commas and a star in it', () => '"a,*,b"'],
    ['nothing', () => ''],
    ['a part of the ETag', (etag: string) => etag.slice(0, -2)],
    ['the ETag without quotes', (etag: string) => etag.slice(3, -1)],
  ])('%s is answered 200', async (_name, condition) => {
    const headers = { 'if-none-match': condition(await etagOf('odd')) };
    expect(await get('odd', { headers })).toMatchObject({ status: 200, text: ODD_TEXT });
  });

  it('may stand in the query, where there is no header', async () => {
    const etag = await etagOf('odd');
    const query = `?sdk=js-8.1.0&ccetag=${encodeURIComponent(etag)}`;
    expect(await get('odd', {}, query)).toMatchObject({ status: 304 });
    expect(await get('odd', {}, '?ccetag=null')).toMatchObject({ status: 200 });
    const headers = { 'if-none-match': 'W/"0000000000000000"' };
    expect(await get('odd', { headers }, query)).toMatchObject({ status: 200 });
    expect(await get('odd', { headers: { 'if-none-match': '' } }, query)).toMatchObject({
      status: 304,
    });
  });

  it('holds for HEAD, too', async () => {
    const etag = await etagOf('odd');
    const plain = await get('odd', { method: 'HEAD' });
    expect(plain).toMatchObject({ status: 200, text: '' });
    expect(plain.headers.get('content-length')).toBe(`${ODD_TEXT.length}`);
    const headers = { 'if-none-match': etag };
    expect(await get('odd', { method: 'HEAD', headers })).toMatchObject({ status: 304 });
  });
});
