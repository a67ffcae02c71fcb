import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { browserPath, complaintsOf, launchBrowser, NO_BROWSER } from '../support/browser.js';
import { entries, identify } from '../support/builders.js';
import { PageServer } from '../support/page-server.js';
import { Recorder } from '../support/recorder.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const HTTP = { port: 0, host: '127.0.0.1' };
const LATER = '2024-05-03T20:00:00.000Z';
const EVAL = '/api/default/eval';

const bed = new TestBed();
const guarded = new TestBed({
  http: { ...HTTP, api: { auth_headers: { 'X-Api-Key': 'secret', 'X-Tenant': 'ours' } } },
});
const others = new TestBed({
  http: {
    ...HTTP,
    api: { cors: { allowed_origins: ['https://app.example'] } },
    cdn_proxy: { cors: { allowed_origins: ['https://app.example'] } },
  },
});

interface OpenPage {
  /** Evaluates in the page, where `test/fixtures/browser/page.js` was loaded. */
  readonly run: (expression: string) => Promise<unknown>;
  readonly complaints: readonly string[];
}

const executable = browserPath();
const pages = new PageServer();
let browser: Browser | undefined;

beforeAll(async () => {
  if (executable === undefined) return;
  browser = await launchBrowser(executable);
  await pages.start();
});
afterAll(async () => {
  await browser?.close();
  await pages.stop();
});

/** The application's page, with flags from `base`, and what it complained of. */
async function open(base: string): Promise<OpenPage> {
  if (browser === undefined) throw new Error('no browser was started');
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  const complaints = complaintsOf(page);
  await page.goto(`${pages.origin}/?base=${encodeURIComponent(base)}`);
  return { run: (expression) => page.evaluate(expression), complaints };
}

describe('a page of another origin', () => {
  beforeEach(({ skip }) => skip(executable === undefined, NO_BROWSER));

  it('sees a user enter by the SDK in it, which gets 304 in between', async () => {
    await bed.send(entries(50, { key: 'polled' }));
    const recorder = await Recorder.before(bed.base);
    const { run, complaints } = await open(recorder.base);
    const ada = (): Promise<unknown> => run(`sdkValue('audience_polled', 'ada')`);
    await expect.poll(ada, PATIENCE).toBe(false);
    await expect.poll(() => recorder.statuses, PATIENCE).toContain(304);
    const unchanged = recorder.exchanges.find(({ status }) => status === 304);
    expect(unchanged?.path).toMatch(/^\/configuration-files\/configcat-proxy\/default\/.*ccetag=/);
    await bed.send(identify({ key: 'polled', userId: 'ada' }));
    await expect.poll(ada, PATIENCE).toBe(true);
    const changed = recorder.exchanges.findLast(({ status }) => status === 200);
    expect(changed?.headers['content-encoding']).toMatch(/^(br|gzip)$/);
    expect(complaints).toEqual([]);
  });

  it('sees a user enter and leave by an EventSource', async () => {
    await bed.send(identify({ key: 'streamed', userId: 'somebody' }));
    await bed.sees('audience_streamed', 'somebody', true);
    const { run, complaints } = await open(bed.base);
    await run(`watch('audience_streamed', 'ada')`);
    await expect.poll(() => run('streamed'), PATIENCE).toEqual([false]);
    await bed.send(identify({ key: 'streamed', userId: 'ada' }));
    await expect.poll(() => run('streamed'), PATIENCE).toEqual([false, true]);
    await bed.send(identify({ key: 'streamed', userId: 'ada', isMember: false, at: LATER }));
    await expect.poll(() => run('streamed'), PATIENCE).toEqual([false, true, false]);
    expect(complaints).toEqual([]);
  });

  it("sees a user enter by OpenFeature's provider, which follows its event stream", async () => {
    await bed.send(identify({ key: 'provided', userId: 'somebody' }));
    await bed.sees('audience_provided', 'somebody', true);
    const recorder = await Recorder.before(bed.base);
    const { run, complaints } = await open(recorder.base);
    const ada = (): Promise<unknown> => run(`openFeatureValue('audience_provided', 'ada')`);
    expect(await ada()).toBe(false);
    const asked = (): readonly string[] =>
      recorder.exchanges.map(({ method, status }) => `${method} ${status}`);
    await expect
      .poll(asked, PATIENCE)
      .toEqual(['OPTIONS 204', 'POST 200', 'GET 200', 'OPTIONS 204', 'POST 304']);
    await bed.send(identify({ key: 'provided', userId: 'ada' }));
    await expect.poll(ada, PATIENCE).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('asks with a JSON body and the headers that the options require', async () => {
    await guarded.send(identify({ key: 'asked', userId: 'ada' }));
    const recorder = await Recorder.before(guarded.base);
    const { run, complaints } = await open(recorder.base);
    const question = { key: 'audience_asked', user: { Identifier: 'ada' } };
    const headers = { 'X-Api-Key': 'secret', 'X-Tenant': 'ours' };
    const ask = (sent: object): Promise<unknown> =>
      run(`ask('${EVAL}', ${JSON.stringify(question)}, ${JSON.stringify(sent)})`);
    await expect
      .poll(() => ask(headers), PATIENCE)
      .toMatchObject({ status: 200, body: expect.stringContaining('"value":true') });
    const asked = recorder.exchanges.map(({ method, status }) => `${method} ${status}`);
    expect(asked.slice(0, 2)).toEqual(['OPTIONS 204', expect.stringContaining('POST ')]);
    // The preflight is good for 600 s.
    expect(asked.lastIndexOf('OPTIONS 204')).toBe(0);
    expect(complaints).toEqual([]);
    expect(await ask({ 'X-Api-Key': 'secret' })).toMatchObject({ status: 401 });
  });

  it('reads nothing where its origin is not allowed', async () => {
    const { run, complaints } = await open(others.base);
    await expect(run(`ask('${EVAL}', {}, {})`)).rejects.toThrow('Failed to fetch');
    expect(await run(`sdkValue('audience_any', 'ada')`)).toBeNull();
    expect(complaints.join('\n')).toContain('CORS policy');
  });
});
