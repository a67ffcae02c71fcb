import { OFREPWebProvider, type OFREPWebProviderOptions } from '@openfeature/ofrep-web-provider';
import {
  OpenFeature,
  ProviderEvents,
  type Client,
  type EvaluationContext,
} from '@openfeature/web-sdk';
import { EventSource } from 'eventsource';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { entries, identify } from '../support/builders.js';
import { EventStream } from '../support/event-stream.js';
import { Recorder } from '../support/recorder.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const LATER = '2024-05-03T20:00:00.000Z';
const OFREP = '/ofrep/v1/evaluate/flags';
const bed = new TestBed();
const crowded = new TestBed({
  http: { port: 0, host: '127.0.0.1', sse: { max_connections: 1 } },
});
let domains = 0;

afterAll(() => OpenFeature.close());

const ADA = { targetingKey: 'ada' };

type Refused = readonly [what: string, EvaluationContext, Partial<OFREPWebProviderOptions>];

const REFUSED: readonly Refused[] = [
  ['an SDK id that is not there', ADA, { headers: [['X-ConfigCat-SdkId', 'nobody']] }],
  ['no SDK at all', ADA, { headers: [] }],
  ['an attribute that is neither text nor number', { ...ADA, newsletter: true }, {}],
];

/** A client of the web SDK for this user, once its provider is ready. */
async function clientOf(
  context: EvaluationContext,
  options: Partial<OFREPWebProviderOptions>,
): Promise<{ readonly client: Client; readonly domain: string }> {
  const domain = `of a test ${(domains += 1)}`;
  const provider = new OFREPWebProvider({
    baseUrl: bed.base,
    headers: [['X-ConfigCat-SdkId', 'default']],
    cacheMode: 'disabled',
    ...options,
  });
  // Its type may have undefined hooks, which the SDK's does not allow.
  await OpenFeature.setProviderAndWait(domain, Object.assign(provider, { hooks: [] }), context);
  return { client: OpenFeature.getClient(domain), domain };
}

/** Browsers have one; Node.js does not, and then the provider can only poll. */
function provideEventSource(): void {
  vi.stubGlobal('EventSource', EventSource);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}

/** Makes the flag `audience_<key>`, which is true for `somebody`. */
async function flagOf(key: string): Promise<string> {
  await bed.send(identify({ key, userId: 'somebody' }));
  await bed.sees(`audience_${key}`, 'somebody', true);
  return `audience_${key}`;
}

describe("OpenFeature's web provider", () => {
  it('that polls gets 304 until a flag changes, and tells which', async () => {
    const flag = await flagOf('web_polled');
    const recorder = await Recorder.before(bed.base);
    const { client } = await clientOf(ADA, {
      baseUrl: recorder.base,
      pollInterval: 50,
      changeDetection: 'polling',
    });
    const changed: unknown[] = [];
    client.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
      changed.push(details?.flagsChanged);
    });
    expect(client.getBooleanDetails(flag, true)).toMatchObject({
      value: false,
      reason: 'DEFAULT',
      variant: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    const firstThree = (): readonly number[] => recorder.statuses.slice(0, 3);
    await expect.poll(firstThree, PATIENCE).toEqual([200, 304, 304]);
    expect(recorder.last).toMatchObject({
      method: 'POST',
      path: OFREP,
      requestHeaders: { 'if-none-match': recorder.exchanges[0]?.headers.etag },
    });
    await bed.send(identify({ key: 'web_polled', userId: 'ada' }));
    await expect.poll(() => client.getBooleanValue(flag, false), PATIENCE).toBe(true);
    expect(client.getBooleanDetails(flag, false).reason).toBe('TARGETING_MATCH');
    expect(changed).toEqual([[flag]]);
  });

  it('that follows the event stream asks again only when a flag of its user changed', async () => {
    provideEventSource();
    const flag = await flagOf('web_streamed');
    const recorder = await Recorder.before(bed.base);
    const { client } = await clientOf(ADA, { baseUrl: recorder.base });
    const ada = (): boolean => client.getBooleanValue(flag, false);
    const asked = (): readonly string[] =>
      recorder.exchanges.map(({ method, status }) => `${method} ${status}`);
    // Something may have changed before the stream was there, so its first message says so, too.
    await expect.poll(asked, PATIENCE).toEqual(['POST 200', 'GET 200', 'POST 304']);
    expect(ada()).toBe(false);
    await bed.send(entries(20, { key: 'web_streamed' }));
    await bed.send(identify({ key: 'web_streamed', userId: 'ada' }));
    await expect.poll(ada, PATIENCE).toBe(true);
    await bed.send(identify({ key: 'web_streamed', userId: 'ada', isMember: false, at: LATER }));
    await expect.poll(ada, PATIENCE).toBe(false);
    expect(asked().slice(3)).toEqual(['POST 200', 'POST 200']);
  });

  it('that gets no stream polls, where it may', async () => {
    provideEventSource();
    await crowded.send(identify({ key: 'web_crowded', userId: 'somebody' }));
    await crowded.sees('audience_web_crowded', 'somebody', true);
    const first = new EventStream(crowded.base, {});
    await expect.poll(() => first.isOpen, PATIENCE).toBe(true);
    const recorder = await Recorder.before(crowded.base);
    const { client } = await clientOf(ADA, { baseUrl: recorder.base, pollInterval: 50 });
    await expect.poll(() => recorder.statuses.slice(0, 3), PATIENCE).toEqual([200, 503, 304]);
    await crowded.send(identify({ key: 'web_crowded', userId: 'ada' }));
    const ada = (): boolean => client.getBooleanValue('audience_web_crowded', false);
    await expect.poll(ada, PATIENCE).toBe(true);
  });

  it('asks anew when its user is another', async () => {
    const flag = await flagOf('web_user');
    const { client, domain } = await clientOf(ADA, {});
    expect(client.getBooleanValue(flag, true)).toBe(false);
    await OpenFeature.setContext(domain, { targetingKey: 'somebody' });
    expect(client.getBooleanValue(flag, false)).toBe(true);
    await OpenFeature.setContext(domain, { targetingKey: 'bea', plan: 'free' });
    expect(client.getBooleanValue(flag, true)).toBe(false);
  });

  it('reports a flag that is not there', async () => {
    const { client } = await clientOf(ADA, {});
    expect(client.getBooleanDetails('nothing', true)).toMatchObject({
      value: true,
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND',
    });
  });

  it.each(REFUSED)('is refused, and not ready, of %s', async (_what, context, options) => {
    await expect(clientOf(context, options)).rejects.toThrow('status: 400');
  });
});
