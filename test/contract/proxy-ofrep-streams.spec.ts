import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { EventSource } from 'eventsource';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { identify } from '../support/builders.js';
import { request } from '../support/http-answer.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const HTTP = { port: 0, host: '127.0.0.1' };
const bed = new TestBed();
const elsewhere = new TestBed({ http: { ...HTTP, public_url: 'https://flags.example/base' } });
const without = new TestBed({ http: { ...HTTP, sse: { enabled: false } } });

const REFETCH = '{"type":"refetchEvaluation"}';
const FLAG = 'audience_power_users';

async function allFlags(base: string, context: unknown, headers = {}): Promise<Response> {
  return fetch(`${base}/ofrep/v1/evaluate/flags`, {
    method: 'POST',
    headers: { 'X-ConfigCat-SdkId': 'default', ...headers },
    body: JSON.stringify({ context }),
  });
}

async function streamsOf(base: string, context: unknown): Promise<unknown> {
  const answer: unknown = await (await allFlags(base, context)).json();
  return Object(answer).eventStreams;
}

async function streamUrl(context: unknown): Promise<string> {
  const [stream] = Object(await streamsOf(bed.base, context));
  return stream.url;
}

/** What a stream says: its messages and their ids. */
function listenTo(url: string): { readonly data: string; readonly id: string }[] {
  const messages: { data: string; id: string }[] = [];
  const source = new EventSource(url);
  onTestFinished(() => source.close());
  source.addEventListener('message', ({ data, lastEventId }) => {
    messages.push({ data, id: lastEventId });
  });
  return messages;
}

function enter(userId: string): Promise<unknown> {
  return bed.send(identify({ userId }));
}

describe('the answer to all flags', () => {
  it('names a stream of the user, by the host that was asked', async () => {
    const streams = await streamsOf(bed.base, { targetingKey: 'ada', age: 3 });
    expect(streams).toEqual([
      { type: 'sse', url: expect.stringContaining(`${bed.base}/sse/default/refetch/`) },
    ]);
    expect(await streamsOf(bed.base, { age: 3, targetingKey: 'ada' })).toEqual(streams);
    expect(await streamsOf(bed.base, { age: 3, targetingKey: 'bob' })).not.toEqual(streams);
  });

  it('names it by the public URL, where there is one', async () => {
    const [stream] = Object(await streamsOf(elsewhere.base, {}));
    expect(stream.url).toMatch(/^https:\/\/flags\.example\/base\/sse\/default\/refetch\//);
  });

  it('names none where streams are switched off, or the user would not fit into a URL', async () => {
    expect(await streamsOf(without.base, {})).toBeUndefined();
    expect(await streamsOf(bed.base, { long: 'x'.repeat(10_000) })).toBeUndefined();
  });

  it('is another for another user even where the flags are the same: so is the stream', async () => {
    const etag = (await allFlags(bed.base, { targetingKey: 'a' })).headers.get('etag') ?? '';
    const headers = { 'If-None-Match': etag };
    expect((await allFlags(bed.base, { targetingKey: 'a' }, headers)).status).toBe(304);
    expect((await allFlags(bed.base, { targetingKey: 'b' }, headers)).status).toBe(200);
  });
});

describe('the stream of an OpenFeature client', () => {
  it('says at once that all flags are to be asked for: they may have changed meanwhile', async () => {
    const messages = listenTo(await streamUrl({ targetingKey: 'new' }));
    await expect.poll(() => messages, PATIENCE).toMatchObject([{ data: REFETCH }]);
  });

  it('says so again when something changed for its user, and for nobody else', async () => {
    await enter('first');
    await bed.sees(FLAG, 'first', true);
    const ada = listenTo(await streamUrl({ targetingKey: 'ada' }));
    const bob = listenTo(await streamUrl({ targetingKey: 'bob' }));
    await expect.poll(() => ada.length + bob.length, PATIENCE).toBe(2);
    await enter('ada');
    await expect.poll(() => ada, PATIENCE).toMatchObject([{}, { data: REFETCH }]);
    expect(bob).toHaveLength(1);
    expect(ada[1]?.id).not.toBe(ada[0]?.id);
  });

  it('says nothing to a client that comes back and missed nothing', async () => {
    const url = await streamUrl({ targetingKey: 'back' });
    const messages = listenTo(url);
    await expect.poll(() => messages.length, PATIENCE).toBe(1);
    const headers = { 'Last-Event-ID': messages[0]?.id ?? '' };
    const abort = new AbortController();
    const again = await fetch(url, { headers, signal: abort.signal });
    await enter('back');
    let text = '';
    for await (const chunk of again.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes(REFETCH)) break;
    }
    abort.abort();
    // Its first frame is that of the change, and not that of the beginning.
    expect(text).not.toContain(messages[0]?.id);
  });

  it.each([
    ['nobody', 'e30', 404, 'could not identify a configured SDK'],
    ['default', '*', 400, "failed to decode incoming 'data'"],
    ['default', 'e', 400, "failed to decode incoming 'data'"],
  ])('is refused as others are: /sse/%s/refetch/%s', async (sdkId, data, status, message) => {
    const answer = await request(`${bed.base}/sse/${sdkId}/refetch/${data}`);
    expect(answer).toMatchObject({ status, text: `${message}\n` });
  });
});

describe('the OpenFeature web provider', () => {
  it('sees a member enter without polling', async () => {
    vi.stubGlobal('EventSource', EventSource);
    onTestFinished(() => void vi.unstubAllGlobals());
    await enter('somebody');
    await bed.sees(FLAG, 'somebody', true);
    const provider = new OFREPWebProvider({
      baseUrl: bed.base,
      pollInterval: 0,
      headers: [['X-ConfigCat-SdkId', 'default']],
    });
    onTestFinished(() => provider.onClose?.());
    const value = (): unknown => provider.resolveBooleanEvaluation(FLAG, false, {}).value;
    await provider.initialize({ targetingKey: 'grace' });
    expect(value()).toBe(false);
    await enter('grace');
    await expect.poll(value, PATIENCE).toBe(true);
  });
});
