import { describe, expect, it } from 'vitest';
import { identify } from '../support/builders.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const KEY = 'configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbb';
const bed = new TestBed({
  default_user_attributes: { plan: 'free' },
  sdks: {
    default: { product: 'shop' },
    elsewhere: { product: 'other' },
    keyed: {
      product: 'shop',
      key: KEY,
      offline: { enabled: true, local: { file_path: '/nowhere/config_v6.json' } },
    },
  },
  engage: {
    destinations: {
      dest: { token: 'tok', products: ['shop'] },
      second: { token: 'tok', products: ['shop', 'other'] },
    },
  },
});

async function ask(user: unknown, sdkId = 'default'): Promise<HttpAnswer> {
  const body = JSON.stringify({ user });
  return request(`${bed.base}/api/${sdkId}/user`, { method: 'POST', body });
}

async function audiencesOf(Identifier: string, sdkId?: string): Promise<unknown> {
  return Object(Object((await ask({ Identifier }, sdkId)).body).user).audiences;
}

describe('a user', () => {
  it('gets the slugs of its audiences, sorted, and keeps the rest', async () => {
    for (const key of ['zebra', 'ant']) await bed.send(identify({ key, userId: 'ada' }));
    await expect.poll(() => audiencesOf('ada'), PATIENCE).toEqual(['ant', 'zebra']);
    const answer = await ask({ Identifier: 'ada', age: 36, tags: ['a', 1, 'b'], '<&>': 'é' });
    const text =
      '{"user":{"plan":"free","Identifier":"ada","age":36,"tags":["a","b"],"<&>":"é","audiences":["ant","zebra"]}}';
    expect(answer).toMatchObject({ status: 200, text });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('content-length')).toBe(`${Buffer.byteLength(text)}`);
  });

  it('is in none where it is unknown, or nobody', async () => {
    expect(await audiencesOf('nobody')).toEqual([]);
    for (const user of [undefined, null, {}]) {
      expect(await ask(user)).toMatchObject({ text: '{"user":{"plan":"free","audiences":[]}}' });
    }
  });

  it('can not say itself in which it is', async () => {
    const audiences = ['everything'];
    expect(await ask({ audiences, Identifier: 'nobody' })).toMatchObject({
      text: '{"user":{"plan":"free","Identifier":"nobody","audiences":[]}}',
    });
  });

  it('may have an attribute of any name', async () => {
    const user = JSON.parse('{"__proto__":"x"}');
    expect((await ask(user)).text).toBe('{"user":{"plan":"free","__proto__":"x","audiences":[]}}');
  });

  it('gets those of the product of the SDK alone', async () => {
    await bed.send(identify({ key: 'first', userId: 'bob' }));
    await bed.send(identify({ key: 'both', userId: 'bob' }), { destination: 'second' });
    await expect.poll(() => audiencesOf('bob'), PATIENCE).toEqual(['both', 'first']);
    expect(await audiencesOf('bob', 'elsewhere')).toEqual(['both']);
  });

  it('is asked for as flags are', async () => {
    expect(await ask({ a: true })).toMatchObject({
      status: 400,
      text: `failed to parse JSON body: 'a' has an invalid type, only 'string', 'number', and 'string[]' types are allowed\n`,
    });
    expect(await ask({}, 'nobody')).toMatchObject({ status: 404 });
    const headers = { 'X-ConfigCat-SdkKey': KEY };
    const byKey = await request(`${bed.base}/api/user`, { method: 'POST', headers, body: '{}' });
    expect(byKey.text).toMatch(/^requested SDK is in an invalid state; /);
  });
});
