import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { Browser, HTTPRequest, Page } from 'puppeteer-core';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
} from 'vitest';
import { browserPath, complaintsOf, launchBrowser, NO_BROWSER } from '../support/browser.js';
import { ConfigFile } from '../support/config-file.js';
import { installedVersion, recipe, recipePage } from '../support/recipe.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';
import { TrackingApi, type TrackedEvent } from '../support/tracking-api.js';

const MODULES = new URL('../../node_modules/', import.meta.url);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a bundler would make of the recipe's imports. */
const PAGE = `<!doctype html>
<title>An application</title>
<link rel="icon" href="data:," />
<script type="importmap">
  { "imports": { "@configcat/sdk": "/configcat.js", "@segment/analytics-next": "/segment.js" } }
</script>
<script src="/segment-umd.js"></script>
<script type="module" src="/recipe.js"></script>`;

const file = new ConfigFile({
  ...SERVED_FLAGS,
  f: { ...SERVED_FLAGS.f, tooLong: { t: 1, v: { s: 'x'.repeat(1001) }, i: 'v_too_long' } },
});
const bed = new TestBed({ sdks: { web: { offline: file.offline } } });
const executable = browserPath();
let browser: Browser | undefined;
let server: Server;
let tracking: TrackingApi;

async function script(name: string): Promise<readonly [type: string, content: string]> {
  return ['text/javascript', await readFile(new URL(name, MODULES), 'utf8')];
}

/** What the application's server has at that path: its type, and the text. */
async function contentOf(path: string): Promise<readonly [type: string, content: string]> {
  switch (path) {
    case '/configcat.js':
      return script('@configcat/sdk/dist/configcat.browser.esm.min.js');
    case '/segment-umd.js':
      return script('@segment/analytics-next/dist/umd/index.js');
    case '/segment.js':
      return ['text/javascript', 'export const { AnalyticsBrowser } = AnalyticsNext;'];
    case '/recipe.js': {
      const code = recipe('Browsers', { 'https://sync.example.com': bed.base });
      return ['text/javascript', `${code}\nObject.assign(globalThis, { flags, analytics });`];
    }
    default:
      return ['text/html; charset=utf-8', PAGE];
  }
}

beforeAll(async () => {
  if (executable === undefined) return;
  browser = await launchBrowser(executable);
});
afterAll(() => browser?.close());
beforeEach(async () => {
  tracking = await TrackingApi.start();
  server = createServer((request, response) => {
    contentOf(request.url ?? '').then(
      ([type, content]) => response.writeHead(200, { 'Content-Type': type }).end(content),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await tracking.stop();
});

/** Segment's CDN says where a source's events go: to the Tracking API of the test. */
async function answerForSegment(request: HTTPRequest): Promise<void> {
  const { hostname, pathname } = new URL(request.url());
  if (hostname === '127.0.0.1') return request.continue();
  const isSettings =
    hostname === 'cdn.segment.com' && pathname === '/v1/projects/YOUR_WRITE_KEY/settings';
  if (!isSettings) return request.abort();
  const apiHost = `127.0.0.1:${tracking.port}/v1`;
  const settings = {
    integrations: { 'Segment.io': { apiKey: 'YOUR_WRITE_KEY', apiHost, protocol: 'http' } },
  };
  return request.respond({
    status: 200,
    headers: { 'Access-Control-Allow-Origin': '*' },
    contentType: 'application/json',
    body: JSON.stringify(settings),
  });
}

/** A page of a visitor who never was here, with the recipe in it. */
async function visit(): Promise<{ page: Page; complaints: readonly string[] }> {
  if (browser === undefined) throw new Error('no browser was started');
  const visitor = await browser.createBrowserContext();
  onTestFinished(() => visitor.close());
  const page = await visitor.newPage();
  const complaints = complaintsOf(page);
  await page.setRequestInterception(true);
  page.on('request', (request) => void answerForSegment(request));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.evaluate('flags.waitForReady().then(() => true)');
  return { page, complaints };
}

/** All that came. */
function events(): readonly TrackedEvent[] {
  return tracking.requests.flatMap((request) => request.events);
}

/** All that came, which must be that many. */
async function received(count: number): Promise<readonly TrackedEvent[]> {
  await expect.poll(() => events().length, PATIENCE).toBeGreaterThanOrEqual(count);
  expect(events()).toHaveLength(count);
  return events();
}

describe('the recipe for browsers', () => {
  beforeEach(({ skip }) => skip(executable === undefined, NO_BROWSER));

  it('sends what the contract says', async () => {
    const { page, complaints } = await visit();
    const value = await page.evaluate(`flags.getValueAsync('byCountry', '', {
      identifier: 'ada', email: 'ada@example.com', country: 'HU', custom: { age: 36, tags: ['vip'] },
    })`);
    expect(value).toBe('near');
    const [event] = await received(1);
    expect(event).toMatchObject({
      type: 'track',
      event: 'Feature Flag Evaluated',
      userId: 'ada',
      writeKey: 'YOUR_WRITE_KEY',
      context: { integration: { name: 'configcat', version: '1.0.0' } },
    });
    expect(event?.anonymousId).toMatch(UUID);
    expect(event?.properties).toEqual({
      feature_flag_key: 'byCountry',
      value: 'near',
      variation_id: 'v_near',
      user: { Identifier: 'ada', Email: 'ada@example.com', Country: 'HU', age: 36, tags: ['vip'] },
    });
    expect(tracking.requests.map(({ path }) => path)).toEqual(['/v1/t']);
    expect(complaints).toEqual([]);
  });

  it("gives visitors without an Identifier Segment's anonymousId alone, also after one that had one", async () => {
    const { page, complaints } = await visit();
    await page.evaluate(`flags.getValueAsync('simple', false, { identifier: 'ada' })`);
    await page.evaluate(`flags.getValueAsync('simple', false)`);
    await page.evaluate(`flags.getValueAsync('simple', false, { identifier: '' })`);
    const all = await received(3);
    const properties = { feature_flag_key: 'simple', value: true, variation_id: 'v_simple' };
    expect(all.map((event) => [event.userId ?? null, event.properties])).toEqual(
      expect.arrayContaining([
        ['ada', { ...properties, user: { Identifier: 'ada' } }],
        [null, properties],
        [null, { ...properties, user: { Identifier: '' } }],
      ]),
    );
    const [visitor, ...others] = new Set(all.map(({ anonymousId }) => anonymousId));
    expect(visitor).toMatch(UUID);
    expect(others).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('sends a variation once for each user, however often it renders', async () => {
    const { page } = await visit();
    await page.evaluate(`(async () => {
      for (let round = 0; round < 1000; round += 1) {
        await flags.getValueAsync('simple', false, { identifier: 'ada' });
        await flags.getValueAsync('byAge', false, { identifier: 'bea', custom: { age: round } });
      }
      await flags.getValueAsync('noSuchFlag', false, { identifier: 'ada' });
      await flags.getValueAsync('tooLong', '', { identifier: 'ada' });
    })()`);
    const values = (await received(4)).map(({ userId, properties }) => [
      userId,
      properties['value'],
    ]);
    expect(values).toEqual(
      expect.arrayContaining([
        ['ada', true],
        ['bea', false],
        ['bea', true],
        ['ada', 'v_too_long'],
      ]),
    );
  });
});

it.each(['@configcat/sdk', '@segment/analytics-next'])(
  'the recipe for browsers is tested with the version of %s that its page says',
  (name) => {
    expect(recipePage).toContain(`\`${name}\` ${installedVersion(name)}`);
  },
);
