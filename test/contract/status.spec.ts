import { describe, expect, it } from 'vitest';
import { entries } from '../support/builders.js';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { startTestService } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';

const RFC1123_UTC = '[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} UTC';
const KEY = 'configcat-sdk-1/abcdefghijklmnopqrstuv/ABCDEFGHIJKLMNOPQhwTYg';
const file = new ConfigFile(SERVED_FLAGS);

const bed = new TestBed({
  http: { port: 0, host: '127.0.0.1', status: { enabled: true } },
  diag: { port: 0 },
  sdks: {
    default: {},
    filed: { key: KEY, offline: file.offline },
    missing: { offline: { enabled: true, local: { file_path: '/nowhere/config.json' } } },
  },
  segments: { inline_limit: 10 },
});

const status = async (): Promise<HttpAnswer> => request(`${bed.diagnostics}/status`);

describe('GET /status', () => {
  it('tells of each SDK id as the ConfigCat Proxy does', async () => {
    await eventually(async () =>
      expect((await status()).body).toMatchObject({ status: 'degraded' }),
    );
    const { body, headers, status: code } = await status();
    expect(code).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toMatchObject({
      sdks: {
        default: { key: '', mode: 'offline', source: { type: 'none', status: 'healthy' } },
        filed: {
          key: `${'*'.repeat(KEY.length - 5)}hwTYg`,
          mode: 'offline',
          source: {
            type: 'file',
            status: 'healthy',
            records: [expect.stringMatching(new RegExp(`^${RFC1123_UTC}: \\[ok\\] .+$`))],
          },
        },
        missing: {
          source: {
            type: 'file',
            status: 'down',
            records: [expect.stringMatching(new RegExp(`^${RFC1123_UTC}: \\[error\\] .+$`))],
          },
        },
      },
      cache: { status: 'n/a', records: null },
    });
  });

  it("has the ConfigCat Proxy's parts first, and no more in them", async () => {
    const { text } = await status();
    expect(text).toMatch(
      /^\{"status":"\w+","sdks":\{.*\},"cache":\{"status":"n\/a","records":null\},/,
    );
    const filed = /"filed":(\{.*?\]\}\})/.exec(text)?.[1] ?? '{}';
    const sdk: { source: object } = JSON.parse(filed);
    expect(Object.keys(sdk)).toEqual(['key', 'mode', 'source']);
    expect(Object.keys(sdk.source)).toEqual(['type', 'status', 'records']);
  });

  it('tells of events, PostgreSQL and the feed', async () => {
    const before = Date.now();
    await bed.send(entries(3));
    await bed.sees('audience_power_users', 'user_2', true);
    const { body } = await status();
    expect(body).toMatchObject({
      engage: {
        status: 'healthy',
        events: { received: 3, added: 3, rejected: 0 },
        queue: { rows: 0, bytes: 0 },
        requests: { count: 0, bytes: 0 },
        quietAudiences: 0,
      },
      database: { status: 'healthy' },
      feed: { status: 'healthy', members: 3, staleSeconds: expect.any(Number) },
    });
    const text = (path: readonly string[]): string =>
      String(path.reduce<unknown>((part, name) => Reflect.get(Object(part), name), body));
    expect(Date.parse(text(['engage', 'lastEvent']))).toBeGreaterThanOrEqual(before);
    expect(Date.parse(text(['feed', 'lastChange']))).toBeGreaterThanOrEqual(before - 1_000);
    expect(Number(text(['feed', 'lagSeconds']))).toBeGreaterThan(0);
  });

  it('warns of lists that are near their limit, and past it', async () => {
    await bed.send(entries(9, { key: 'near' }));
    await bed.send(entries(11, { key: 'past' }));
    await eventually(async () => {
      expect((await status()).body).toMatchObject({
        segments: {
          warnings: expect.arrayContaining([
            expect.stringMatching(/^SDK id 'default': Segment '.+' has 9 members; above 10/),
            expect.stringMatching(/^SDK id 'default': Segment '.+' \(11 members\) is no list/),
          ]),
        },
      });
    });
  });

  it('is on the main port where it is switched on, without CORS', async () => {
    const {
      status: code,
      headers,
      body,
    } = await request(`${bed.base}/status`, {
      headers: { Origin: 'https://shop.example' },
    });
    expect(code).toBe(200);
    expect(body).toMatchObject({ cache: { status: 'n/a' } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each(['main', 'diagnostics'] as const)('knows its methods on the %s port', async (port) => {
    const url = `${port === 'main' ? bed.base : bed.diagnostics}/status`;
    const options = await request(url, { method: 'OPTIONS' });
    expect([options.status, options.text]).toEqual([204, '']);
    expect((await request(url, { method: 'HEAD' })).status).toBe(200);
    const post = await request(url, { method: 'POST' });
    expect([post.status, post.text]).toEqual([405, 'Method Not Allowed\n']);
    expect(post.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('is 404 where it is switched off', async () => {
    const off = await startTestService(bed.databaseUrl, {
      diag: { port: 0, status: { enabled: false }, metrics: { enabled: false } },
    });
    try {
      const paths = [
        `${off.base}/status`,
        `${off.diagnostics}/status`,
        `${off.diagnostics}/metrics`,
      ];
      for (const url of paths) {
        const { status: code, text } = await request(url);
        expect([code, text]).toEqual([404, '404 page not found\n']);
      }
      expect((await request(`${off.diagnostics}/readyz`)).status).toBe(200);
    } finally {
      await off.stop();
    }
  });
});
