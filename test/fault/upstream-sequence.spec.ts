import * as fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OnlineSource } from '../../src/configs/online-source.js';
import { Upstream } from '../../src/configs/upstream.js';
import { sdkKey } from '../support/online-sdk.js';
import {
  config,
  status,
  TestUpstream,
  textConfig,
  type UpstreamScript,
} from '../support/upstream.js';

/** An answer of the upstream; a good one has a text, or none where it confirms. */
interface Step {
  readonly name: string;
  readonly script: UpstreamScript;
  readonly good?: string;
}

const whole = (text: string): Step => ({
  name: `good ${text}`,
  script: config(textConfig(text), `"${text}"`),
  good: text,
});
const untagged = (text: string): Step => ({
  name: `good ${text} with an empty tag`,
  script: config(textConfig(text), ''),
  good: text,
});
const bad = (name: string, script: UpstreamScript): Step => ({ name, script });
const body =
  (bytes: string | Buffer, headers = {}): UpstreamScript =>
  (_request, response) => {
    response.writeHead(200, { etag: '"bad"', ...headers });
    response.end(bytes);
  };

const steps = fc.oneof(
  fc.constantFrom('a', 'b', 'c').map(whole),
  fc.constantFrom('d', 'e').map(untagged),
  fc.constantFrom(301, 400, 403, 404, 429, 500, 503).map((code) => bad(`${code}`, status(code))),
  fc
    .nat(textConfig('cut').length - 1)
    .map((length) => bad('cut', body(textConfig('cut').slice(0, length)))),
  fc.string({ maxLength: 20 }).map((text) => bad('text', body(`<${text}`))),
  fc.constantFrom<Step>(
    bad('a broken connection', (request) => request.socket.destroy()),
    bad('silence', () => {}),
    bad('a body that ends early', (_request, response) => {
      response.writeHead(200, { 'content-length': '5000' });
      response.write(textConfig('early'), () => response.destroy());
    }),
    bad('no gzip', body('no gzip', { 'content-encoding': 'gzip' })),
    bad(
      'gzip that ends early',
      body(gzipSync(textConfig('z')).subarray(0, -20), { 'content-encoding': 'gzip' }),
    ),
    bad('a redirect', body(textConfig('r', { p: { u: 'http://elsewhere.invalid', r: 2 } }))),
  ),
);

let server: TestUpstream;
beforeAll(async () => {
  server = await TestUpstream.start(status(500));
});
afterAll(() => server.stop());

it('whatever an upstream answers in whatever order, the last good config stays', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 12 }), async (sequence) => {
      const upstream = new Upstream({
        key: sdkKey(),
        baseUrl: server.url,
        dataGovernance: 'global',
        proxyUrl: undefined,
        timeout: 100,
      });
      let served: string | undefined;
      const source = sourceOver(upstream);
      server.answer(status(500));
      source.start(({ base }) => {
        served = base?.json;
      });
      await source.firstLook;
      let good: string | undefined;
      for (const step of sequence) {
        server.answer(step.script);
        const succeeded = await source.refresh().then(
          () => true,
          () => false,
        );
        // A machine that is busy with other tests may miss the deadline of a good answer.
        if (succeeded) good = step.good;
        expect([step.name, succeeded && step.good === undefined]).toEqual([step.name, false]);
        expect([step.name, served]).toEqual([step.name, good && textConfig(good)]);
      }
      await source.stop();
    }),
    { numRuns: 60 },
  );
}, 60_000);

function sourceOver(upstream: Upstream): OnlineSource {
  return new OnlineSource(
    { sdkId: 'app', source: 'name', interval: 3_600_000 },
    {
      upstream,
      stored: { read: () => Promise.resolve([]), write: () => Promise.resolve() },
      lock: { pollerOf: () => Promise.resolve('this'), onGain: () => {} },
      log: { failure: () => {}, event: () => {} },
      onDatabaseError: () => {},
      loops: undefined,
    },
  );
}
