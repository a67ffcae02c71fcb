import { describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { EventStream } from '../support/event-stream.js';
import { request } from '../support/http-answer.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { RawClient } from '../support/raw-client.js';
import { RawStream } from '../support/raw-stream.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const file = new ConfigFile(SERVED_FLAGS);
const bed = new TestBed({
  http: { port: 0, host: '127.0.0.1', sse: { heart_beat_interval: '1s' } },
  sdks: {
    file: { offline: file.offline },
    moved: { offline: file.offline },
    missing: { offline: { enabled: true, local: { file_path: '/nowhere/config_v6.json' } } },
  },
});

function base64(question: unknown): string {
  return Buffer.from(JSON.stringify(question)).toString('base64');
}

/** What a stream begins with, up to and with the text. */
async function beginning(path: string, text: string): Promise<{ head: Response; body: string }> {
  const abort = new AbortController();
  const head = await fetch(bed.base + path, { signal: abort.signal });
  let body = '';
  const decoder = new TextDecoder();
  for await (const chunk of head.body ?? []) {
    body += decoder.decode(chunk, { stream: true });
    if (body.includes(text)) break;
  }
  abort.abort();
  return { head, body };
}

async function told(sdkId: string, data: string): Promise<string> {
  return (await request(`${bed.base}/sse/${sdkId}/eval/${data}`)).text;
}

describe('a stream', () => {
  it('begins with the headers of one, and the value of now', async () => {
    const path = `/sse/file/eval/${base64({ key: 'simple' })}`;
    const { head, body } = await beginning(path, '\n\n');
    expect(head.status).toBe(200);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    });
    expect(body.split('\n')).toContain('data: {"value":true,"variationId":"v_simple"}');
  });

  it('of all flags begins with all of them, with or without a question', async () => {
    for (const path of [
      '/sse/file/eval-all',
      '/sse/file/eval-all/',
      `/sse/file/eval-all/${base64({})}`,
    ]) {
      const { body } = await beginning(path, '\n\n');
      expect(body).toMatch(/^data: \{"beta":\{"value":false,"variationId":"v_out"\},"byAge":/m);
    }
  });

  it('evaluates for its user', async () => {
    const question = { key: 'byCountry', user: { Country: 'HU' } };
    const { body } = await beginning(`/sse/file/eval/${base64(question)}`, '\n\n');
    expect(body).toContain('data: {"value":"near","variationId":"v_near"}\n\n');
    const all = await beginning(
      `/sse/file/eval-all/${base64({ user: { Country: 'HU' } })}`,
      '\n\n',
    );
    expect(all.body).toContain('"byCountry":{"value":"near","variationId":"v_near"}');
  });

  it('is pinged by comments, which no EventSource shows', async () => {
    const { body } = await beginning(`/sse/file/eval/${base64({ key: 'simple' })}`, '\n\n:');
    expect(body.match(/^data:/gm)).toHaveLength(1);
  });

  it('of one flag is told when that one changes, and stays when it goes', async () => {
    const stream = new EventStream(bed.base, { key: 'simple', sdkId: 'moved' });
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: true });
    const { simple, ...others } = SERVED_FLAGS.f ?? {};
    await file.replace({
      ...SERVED_FLAGS,
      f: { ...SERVED_FLAGS.f, simple: { ...simple, t: 0, v: { b: false }, i: 'v_changed' } },
    });
    await expect
      .poll(() => stream.last, PATIENCE)
      .toEqual({ value: false, variationId: 'v_changed' });
    await file.replace({ ...SERVED_FLAGS, f: others });
    await expect
      .poll(async () => (await bed.evaluate('simple', {}, 'moved')).status, PATIENCE)
      .toBe(400);
    expect(stream.isOpen).toBe(true);
    await file.replace(SERVED_FLAGS);
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ variationId: 'v_simple' });
    expect(stream.messages).toHaveLength(3);
  });
});

describe('beyond the proxy, a stream', () => {
  const question = { key: 'simple', sdkId: 'file' };

  it('says once when to come back, and gives each message an id', async () => {
    const stream = await RawStream.open(bed.base, question);
    await stream.client.says('\n\n');
    expect(stream.client.content).toMatch(
      /^retry: \d+\nid: [0-9a-f]{16}\ndata: \{"value":true,"variationId":"v_simple"\}\n\n$/,
    );
  });

  it('tells nothing to a client that has the id of what is so, but its pings', async () => {
    const first = await RawStream.open(bed.base, question);
    await first.client.says('\n\n');
    const [lastId = ''] = first.ids;
    const second = await RawStream.open(bed.base, { ...question, lastId });
    await second.client.says(':\n\n');
    expect(second.client.content).toMatch(/^retry: \d+\n(:\n\n)+$/);
  });

  it.each(['', 'an id of another service', '0000000000000000'])(
    'tells what is so to a client that comes with the id %j',
    async (lastId) => {
      const stream = await RawStream.open(bed.base, { ...question, lastId });
      await eventually(() => expect(stream.values).toEqual([true]));
    },
  );

  it('is one long body without chunks for a client of HTTP/1.0', async () => {
    const client = await RawClient.send(Number(new URL(bed.base).port), {
      path: `/sse/file/eval/${base64({ key: 'simple' })}`,
      version: '1.0',
    });
    await client.says('\n\n:\n\n');
    expect(client.head).not.toMatch(/transfer-encoding/i);
    expect(client.body).toMatch(/^retry: \d+\nid: \w+\ndata: \{.*\}\n\n(:\n\n)+$/);
  });

  it('answers HEAD with its headers alone', async () => {
    const path = `/sse/file/eval/${base64({ key: 'simple' })}`;
    const answer = await request(bed.base + path, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.text).toBe('');
  });

  it('answers 431 to a question that is longer than all headers may be', async () => {
    const user = { note: 'x'.repeat(1_000_000) };
    const client = await RawClient.send(Number(new URL(bed.base).port), {
      path: `/sse/file/eval/${base64({ key: 'simple', user })}`,
    });
    await client.closed;
    expect(client.text).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect((await fetch(`${bed.base}/readyz`)).status).toBe(200);
  });
});

describe('the question of a stream', () => {
  const question = { key: 'byCountry', user: { Country: 'HU', note: '???>>>~~~ÿÿÿ' } };

  it.each([
    ['the standard alphabet', base64(question)],
    ['the standard alphabet without padding', base64(question).replace(/=+$/, '')],
    ['the standard alphabet, escaped', encodeURIComponent(base64(question))],
    ['the URL alphabet', base64(question).replaceAll('+', '-').replaceAll('/', '_')],
    [
      'the URL alphabet without padding',
      Buffer.from(JSON.stringify(question)).toString('base64url'),
    ],
  ])('may be in %s', async (_name, data) => {
    for (const route of ['eval', 'eval-all']) {
      const { body } = await beginning(`/sse/file/${route}/${data}`, '\n\n');
      expect(body).toContain('"variationId":"v_near"');
    }
  });

  it('has what tells the alphabets apart', () => {
    expect(base64(question)).toMatch(/\+/);
    expect(base64(question)).toMatch(/\//);
    expect(base64(question)).toMatch(/=$/);
  });

  it.each([
    ['no base64', '!!!', /^failed to decode incoming 'data'\n$/],
    ['base64 that is cut', 'e30x1', /^failed to decode incoming 'data'\n$/],
    ['an escape that is none', '%zz', /^failed to decode incoming 'data'\n$/],
    ['no JSON', btoa('{"key":'), /^failed to deserialize incoming 'data': .+/],
    ['no object', btoa('[]'), /^failed to deserialize incoming 'data': .+/],
    [
      'an attribute of a wrong type',
      base64({ key: 'simple', user: { a: true } }),
      /^failed to deserialize incoming 'data': 'a' has an invalid type, only 'string', 'number', and 'string\[\]' types are allowed\n$/,
    ],
    ['no key', base64({}), /^'key' must be set\n$/],
    ['an empty key', base64({ key: '' }), /^'key' must be set\n$/],
    [
      'an unknown key',
      base64({ key: 'no' }),
      /^feature flag or setting with key 'no' not found\n$/,
    ],
  ])('that is %s is answered 400', async (_name, data, message) => {
    const answer = await request(`${bed.base}/sse/file/eval/${data}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(message);
    expect(answer.text).toMatch(/^[^\n]+\n$/);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is judged in the order of decoding, parsing, the SDK, the key', async () => {
    expect(await told('nobody', '!!!')).toBe("failed to decode incoming 'data'\n");
    expect(await told('nobody', btoa('{'))).toMatch(/^failed to deserialize incoming 'data': /);
    expect(await told('nobody', base64({}))).toBe('could not identify a configured SDK\n');
    expect(await told('missing', base64({}))).toMatch(/^requested SDK is in an invalid state; /);
    expect(await told('file', base64({}))).toBe("'key' must be set\n");
  });
});
