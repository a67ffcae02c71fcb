import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { browserPath, complaintsOf, launchBrowser, NO_BROWSER } from '../support/browser.js';
import { identify } from '../support/builders.js';
import { CertificateFiles } from '../support/certificate-files.js';
import { PageServer } from '../support/page-server.js';
import { launchTestService } from '../support/service.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const LATER = '2024-05-03T20:00:00.000Z';
const bed = new TestBed();
const certificates = new CertificateFiles();
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

/** Another replica, which speaks TLS, once it is ready. */
async function secureReplica(): Promise<string> {
  await certificates.renew('localhost');
  const { cert, key, pem: ca } = certificates;
  const tls = { enabled: true, certificates: [{ cert, key }] };
  const service = await launchTestService(bed.databaseUrl, { tls });
  onTestFinished(() => service.stop());
  const base = service.base.replace('http:', 'https:');
  const readiness = async (): Promise<unknown> => {
    const [answer]: IncomingMessage[] = await once(get(`${base}/readyz`, { ca }), 'response');
    answer?.resume();
    return answer?.statusCode;
  };
  await expect.poll(readiness, PATIENCE).toBe(200);
  return base;
}

function inEachWay(value: boolean): object {
  return { sdk: value, stream: value, openFeature: value };
}

it('a page sees a user enter and leave over TLS, in each of three ways', async ({ skip }) => {
  skip(executable === undefined, NO_BROWSER);
  const flag = 'audience_secure';
  await bed.send(identify({ key: 'secure', userId: 'somebody' }));
  await bed.sees(flag, 'somebody', true);
  const base = await secureReplica();
  const page = await browser?.newPage();
  if (page === undefined) throw new Error('no browser was started');
  const complaints = complaintsOf(page);
  await page.goto(`${pages.origin}/?base=${encodeURIComponent(base)}`);
  const seen = async (): Promise<unknown> => ({
    sdk: await page.evaluate(`sdkValue('${flag}', 'ada')`),
    stream: await page.evaluate('streamed.at(-1)'),
    openFeature: await page.evaluate(`openFeatureValue('${flag}', 'ada')`),
  });
  await page.evaluate(`watch('${flag}', 'ada')`);
  await expect.poll(seen, PATIENCE).toEqual(inEachWay(false));
  await bed.send(identify({ key: 'secure', userId: 'ada' }));
  await expect.poll(seen, PATIENCE).toEqual(inEachWay(true));
  await bed.send(identify({ key: 'secure', userId: 'ada', isMember: false, at: LATER }));
  await expect.poll(seen, PATIENCE).toEqual(inEachWay(false));
  expect(complaints).toEqual([]);
});
