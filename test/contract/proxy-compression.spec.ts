import { request, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SettingJson } from '../../src/evaluation/config-json.js';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { TestBed } from '../support/test-bed.js';

/** A config whose flags tell which version it is. */
function version(text: string): string {
  const flag: SettingJson = { t: 1, v: { s: text }, i: 'v_flag' };
  const flags = Array.from({ length: 100 }, (_, n) => [`feature_flag_${n}`, flag]);
  return JSON.stringify({ p: { r: 0, s: 'salt' }, s: [], f: Object.fromEntries(flags) });
}

const large = new ConfigFile(version('first'));
const changing = new ConfigFile(version('first'));
const small = new ConfigFile('{"p":{"r":0,"s":"salt"},"f":{}}');
const bed = new TestBed({
  sdks: {
    large: { offline: large.offline },
    changing: { offline: changing.offline },
    small: { offline: small.offline },
  },
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As they came over the wire, which `fetch` hides. */
  readonly bytes: Buffer;
}

function ask(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  { method = 'GET', body = '' } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(bed.base + path, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { statusCode: status = 0 } = answer;
        resolve({ status, headers: answer.headers, bytes: Buffer.concat(chunks) });
      });
    });
    asking.on('error', reject).end(body);
  });
}

const configOf = (id: string) => `/configuration-files/configcat-proxy/${id}/config_v6.json`;
const accepting = (encoding: string) => ({ 'accept-encoding': encoding });

function textOf({ headers, bytes }: Answer): string {
  const encoding = headers['content-encoding'];
  if (encoding === 'gzip') return gunzipSync(bytes).toString();
  return (encoding === 'br' ? brotliDecompressSync(bytes) : bytes).toString();
}

/** Resolves once all encodings of the config are there. */
async function settled(id: string, text: string): Promise<void> {
  await eventually(async () => {
    const answer = await ask(configOf(id), accepting('br'));
    expect(answer.headers['content-encoding']).toBe('br');
    expect(textOf(answer)).toBe(text);
  });
}

describe('a config', () => {
  it.each([
    [undefined, undefined],
    ['identity', undefined],
    ['gzip;q=0, br;q=0', undefined],
    ['deflate', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['br;q=0.5, gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['*', 'br'],
  ])('for a client that accepts %s is sent as %s', async (accepted, encoding) => {
    await settled('large', version('first'));
    const answer = await ask(configOf('large'), accepted === undefined ? {} : accepting(accepted));
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers['content-length']).toBe(`${answer.bytes.length}`);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers.vary).toBe('Origin, Accept-Encoding');
    expect(textOf(answer)).toBe(version('first'));
  });

  it('has one ETag in all encodings, and is not sent again in any', async () => {
    await settled('large', version('first'));
    const encodings = ['identity', 'gzip', 'br'];
    const answers = await Promise.all(
      encodings.map((encoding) => ask(configOf('large'), accepting(encoding))),
    );
    const [etag = '', ...others] = new Set(answers.map(({ headers }) => headers.etag));
    expect(others).toEqual([]);
    for (const encoding of encodings) {
      const headers = { ...accepting(encoding), 'if-none-match': etag };
      const answer = await ask(configOf('large'), headers);
      expect(answer.status).toBe(304);
      expect(answer.headers.vary).toBe('Origin, Accept-Encoding');
      expect(answer.headers['content-encoding']).toBeUndefined();
    }
  });

  it('is described by HEAD as GET would send it', async () => {
    const [head, get] = await Promise.all(
      ['HEAD', 'GET'].map((method) => ask(configOf('large'), accepting('gzip'), { method })),
    );
    expect(head?.bytes).toHaveLength(0);
    expect({ ...head?.headers, date: '' }).toEqual({ ...get?.headers, date: '' });
  });

  it('that is small is sent as it is', async () => {
    const answer = await ask(configOf('small'), accepting('gzip, br'));
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  it('promise 7: whatever is asked while it changes, ETag and bytes are of one version', async () => {
    const versions = ['first', 'second', 'third', 'fourth'].map(version);
    const bodies = new Map<string | undefined, Set<string>>();
    const look = async (): Promise<void> => {
      for (const encoding of ['identity', 'gzip', 'br, gzip;q=0.5']) {
        const answer = await ask(configOf('changing'), accepting(encoding));
        const { etag } = answer.headers;
        bodies.set(etag, (bodies.get(etag) ?? new Set()).add(textOf(answer)));
      }
    };
    for (const text of versions) {
      await changing.replace(text);
      await eventually(async () => {
        await look();
        expect([...bodies.values()].some((texts) => texts.has(text))).toBe(true);
      });
    }
    const texts = [...bodies.values()].map((seen) => [...seen]);
    expect(texts).toHaveLength(versions.length);
    expect(new Set(texts.map(([text, ...others]) => [text, others.length].join()))).toEqual(
      new Set(versions.map((text) => [text, 0].join())),
    );
  });
});

describe('an answer of the API', () => {
  const post = { method: 'POST', body: '{}' };

  it.each([
    ['all flags', '/api/large/eval-all', post],
    ['the keys', '/api/large/keys', {}],
    ['all flags of OFREP', '/ofrep/v1/evaluate/flags', post],
  ] as const)('with %s is compressed for a client that accepts it', async (_name, path, asked) => {
    const id = { 'x-configcat-sdkid': 'large' };
    const plain = await ask(path, id, asked);
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const encoding of ['gzip', 'br']) {
      const answer = await ask(path, { ...id, ...accepting(encoding) }, asked);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-encoding']).toBe(encoding);
      expect(answer.headers['content-length']).toBe(`${answer.bytes.length}`);
      expect(answer.headers.etag).toBe(plain.headers.etag);
      expect(answer.headers.vary).toBe('Origin, Accept-Encoding');
      expect(textOf(answer)).toBe(textOf(plain));
    }
  });

  it('is as it is where it is small, and where it is about one flag', async () => {
    const accepted = accepting('gzip, br');
    const one = { method: 'POST', body: '{"key":"feature_flag_0"}' };
    for (const answer of [
      await ask('/api/large/eval', accepted, one),
      await ask('/api/small/eval-all', accepted, post),
      await ask('/api/small/keys', accepted),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers['content-encoding']).toBeUndefined();
    }
  });

  it('comes whole to each of many that ask at one time, compressed or not', async () => {
    const { bytes } = await ask('/api/large/eval-all', {}, post);
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => ask('/api/large/eval-all', accepting('gzip'), post)),
    );
    expect(new Set(answers.map(textOf))).toEqual(new Set([bytes.toString()]));
  });
});
