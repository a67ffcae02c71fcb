import { expect, it } from 'vitest';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { onlineSdk, sdkKey } from '../support/online-sdk.js';
import { createTestDatabase } from '../support/postgres.js';
import { launchTestService } from '../support/service.js';
import { PATIENCE } from '../support/test-bed.js';
import {
  config,
  status,
  TestUpstream,
  textConfig,
  type UpstreamScript,
} from '../support/upstream.js';

const KEY = sdkKey();
const JSON_BODY = { method: 'POST', body: '{"key":"text"}' };
const OFREP = { method: 'POST', headers: { 'X-ConfigCat-SdkId': 'online' } };

/** What requests are answered that came before the first answer of the upstream. */
async function answersWhen(script: UpstreamScript): Promise<readonly HttpAnswer[]> {
  const held: (() => void)[] = [];
  const upstream = await TestUpstream.start((asked, response) =>
    held.push(() => script(asked, response)),
  );
  const database = await createTestDatabase();
  const sdks = { online: onlineSdk(upstream, { key: KEY, poll_interval: 3_600 }) };
  const service = await launchTestService(database.url, { sdks });
  const { base } = service;
  const waiting = Promise.all([
    request(`${base}/configuration-files/configcat-proxy/online`),
    request(`${base}/configuration-files/${KEY}`),
    request(`${base}/api/online/keys`),
    request(`${base}/api/online/eval`, JSON_BODY),
    request(`${base}/sse/online/eval/${btoa('{"key":"text"}')}`, { method: 'HEAD' }),
    request(`${base}/ofrep/v1/evaluate/flags`, OFREP),
  ]);
  await expect.poll(() => held.length, PATIENCE).toBeGreaterThan(0);
  // The one that is not asked about any SDK is answered meanwhile.
  expect(await request(`${base}/healthz`)).toMatchObject({ status: 200 });
  upstream.answer(script);
  held.forEach((answer) => answer());
  const answers = await waiting;
  await service.stop();
  await database.drop();
  await upstream.stop();
  return answers;
}

it('a request waits for the first config of its SDK', async () => {
  const answers = await answersWhen(config(textConfig('first')));
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 200]);
});

it('a request waits no longer when the first attempt to load it fails', async () => {
  const answers = await answersWhen(status(503));
  expect(answers.map((answer) => answer.status)).toEqual([500, 500, 500, 500, 500, 500]);
});
