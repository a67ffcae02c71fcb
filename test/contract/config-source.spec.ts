import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../src/engage/json-value.js';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { onlineSdk, refreshSdk } from '../support/online-sdk.js';
import { startTestService, type TestService } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';
import { config, status, TestUpstream, textConfig } from '../support/upstream.js';

const RFC1123 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} UTC: /;
const file = new ConfigFile(textConfig('file'));
let upstream: TestUpstream;
let service: TestService;
const bed = new TestBed();

beforeAll(async () => {
  upstream = await TestUpstream.start(config(textConfig('one'), '"one"'));
  const far = { poll_interval: 3_600 };
  service = await startTestService(bed.databaseUrl, {
    http: { port: 0, host: '127.0.0.1', status: { enabled: true } },
    sdks: {
      none: {},
      fetched: onlineSdk(upstream, far),
      read: { offline: file.offline },
      missing: { offline: { enabled: true, local: { file_path: '/nowhere/config_v6.json' } } },
      nobody: onlineSdk(upstream, { ...far, base_url: 'http://127.0.0.1:1' }),
    },
  });
});
afterAll(async () => {
  await service.stop();
  await upstream.stop();
});

async function sourceOf(sdkId: string): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await request(`${service.base}/status`);
  const sdks = isJsonObject(body) ? body['sdks'] : undefined;
  const sdk = isJsonObject(sdks) ? sdks[sdkId] : undefined;
  return isJsonObject(sdk) && isJsonObject(sdk['source']) ? sdk['source'] : {};
}

async function recordsOf(sdkId: string): Promise<readonly string[]> {
  const { records } = await sourceOf(sdkId);
  return Array.isArray(records) ? records.map((record) => String(record).replace(RFC1123, '')) : [];
}

describe('the status of a source', () => {
  it.each([
    ['none', 'none', 'healthy', []],
    ['read', 'file', 'healthy', ['[ok] file source reloaded']],
    ['missing', 'file', 'down', ['[error] failed to read file']],
    ['nobody', 'remote', 'down', ['[error] config fetch failed']],
  ])('of %s is of type %s and %s', async (id, type, health, records) => {
    await eventually(async () =>
      expect(await sourceOf(id)).toMatchObject({ type, status: health }),
    );
    expect((await recordsOf(id)).slice(0, 1)).toEqual(records);
  });

  it('of one that is fetched tells its last five answers', async () => {
    await eventually(async () =>
      expect((await recordsOf('fetched')).at(0)).toBe('[ok] config fetched'),
    );
    await refreshSdk(service.base, 'fetched');
    expect((await recordsOf('fetched')).at(-1)).toBe('[ok] config not modified');
    upstream.answer(status(503));
    for (const [refreshes, health] of [
      [1, 'healthy'],
      [4, 'degraded'],
    ] as const) {
      for (let count = 0; count < refreshes; count += 1) await refreshSdk(service.base, 'fetched');
      expect(await sourceOf('fetched')).toMatchObject({ type: 'remote', status: health });
    }
    expect(await recordsOf('fetched')).toEqual(
      Array.from(
        { length: 5 },
        () => '[error] unexpected response received: 503 Service Unavailable',
      ),
    );
    upstream.answer(config(textConfig('one'), '"one"'));
    await refreshSdk(service.base, 'fetched');
    expect(await sourceOf('fetched')).toMatchObject({ status: 'healthy' });
  });
});

describe('a refresh that fails', () => {
  it.each([
    ['missing', 'requested SDK is in an invalid state'],
    ['nobody', 'requested SDK is in an invalid state'],
  ])('of an SDK without any config (%s) is what its other routes say', async (id, text) => {
    const answer = await refreshSdk(service.base, id);
    expect(answer.status).toBe(500);
    expect(answer.text).toContain(text);
  });

  it('of a file says why, without its path', async () => {
    await file.write('{"f":');
    const answer = await refreshSdk(service.base, 'read');
    expect(answer).toMatchObject({
      status: 500,
      text: 'The config JSON is refused: this is no JSON at $.\n',
    });
    await file.write(textConfig('file'));
    expect((await refreshSdk(service.base, 'read')).status).toBe(200);
  });

  it('of an SDK without a source is none', async () => {
    expect(await refreshSdk(service.base, 'none')).toMatchObject({ status: 200, text: '' });
  });
});
