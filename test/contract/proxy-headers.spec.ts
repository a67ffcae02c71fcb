import { describe, expect, it } from 'vitest';
import { ConfigFile } from '../support/config-file.js';
import { RawClient } from '../support/raw-client.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { TestBed } from '../support/test-bed.js';

const file = new ConfigFile(SERVED_FLAGS);
const headers = {
  'access-control-allow-origin': 'https://x.example',
  'Access-Control-Max-Age': '5',
  'Cache-Control': 'private',
  'content-type': 'text/configured',
  'X-Content-Type-Options': 'configured',
  Vary: 'X-Extra',
  'X-Extra': 'yes',
};
const bed = new TestBed({
  sdks: { default: { offline: file.offline } },
  http: {
    port: 0,
    host: '127.0.0.1',
    cdn_proxy: { headers },
    api: { headers },
    sse: { headers },
    ofrep: { headers },
  },
});
const CONFIG = '/configuration-files/configcat-proxy/default/config_v6.json';

/** The lines of an answer's head, by their names in lower case: each with all its values. */
async function linesOf(
  method: string,
  path: string,
  origin?: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const client = await RawClient.send(Number(new URL(bed.base).port), {
    method,
    path,
    headers: ['Content-Length: 2', ...(origin === undefined ? [] : [`Origin: ${origin}`])],
    more: '{}',
  });
  await client.says('\r\n\r\n');
  const lines: Record<string, string[]> = {};
  for (const line of client.head.split('\r\n').slice(1)) {
    const [name = '', value = ''] = line.split(': ', 2);
    (lines[name.toLowerCase()] ??= []).push(value);
  }
  return lines;
}

/** What stands twice, but for Vary, which is a list. */
const doubled = (lines: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  Object.keys(lines).filter((name) => name !== 'vary' && lines[name]?.length !== 1);

describe('a configured header', () => {
  it.each([
    ['GET', CONFIG],
    ['HEAD', CONFIG],
    ['GET', '/configuration-files/configcat-proxy/nobody'],
    ['GET', '/api/default/keys'],
    ['POST', '/api/default/eval-all'],
    ['POST', '/api/default/eval'],
    ['GET', '/sse/default/eval-all'],
    ['GET', '/sse/nobody/eval-all'],
    ['POST', '/ofrep/v1/evaluate/flags'],
    ['OPTIONS', CONFIG],
    ['OPTIONS', '/api/default/eval'],
  ])('makes no line of %s %s stand twice', async (method, path) => {
    for (const origin of [undefined, 'https://a.example']) {
      expect(doubled(await linesOf(method, path, origin))).toEqual([]);
    }
  });

  it('is set over those of CORS, also for a preflight', async () => {
    for (const origin of [undefined, 'https://a.example']) {
      const lines = await linesOf('GET', CONFIG, origin);
      expect(lines['access-control-allow-origin']).toEqual(['https://x.example']);
      const preflight = await linesOf('OPTIONS', CONFIG, origin);
      expect(preflight).toMatchObject({
        'access-control-allow-origin': ['https://x.example'],
        'access-control-max-age': ['5'],
        'access-control-allow-credentials': ['false'],
        'cache-control': ['private'],
      });
    }
  });

  it('gives way to what the route itself sets', async () => {
    expect(await linesOf('GET', CONFIG)).toMatchObject({
      'cache-control': ['max-age=0, must-revalidate'],
      'content-type': ['application/json'],
      'x-content-type-options': ['configured'],
      'x-extra': ['yes'],
    });
    expect(await linesOf('GET', '/api/default/keys')).toMatchObject({
      'cache-control': ['private'],
      'content-type': ['application/json'],
    });
    expect(await linesOf('GET', '/sse/default/eval-all')).toMatchObject({
      'cache-control': ['no-cache'],
      'content-type': ['text/event-stream'],
    });
    expect(await linesOf('GET', '/sse/nobody/eval-all')).toMatchObject({
      'cache-control': ['private'],
      'content-type': ['text/plain; charset=utf-8'],
      'x-content-type-options': ['nosniff'],
    });
  });

  it('takes nothing from what an answer varies by', async () => {
    const { vary = [] } = await linesOf('GET', CONFIG, 'https://a.example');
    expect(vary.toSorted()).toEqual(['Accept-Encoding', 'Origin', 'X-Extra']);
  });
});
