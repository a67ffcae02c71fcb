import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEvents } from '../../src/engage/body.js';
import { isJsonObject } from '../../src/engage/json-value.js';
import { checkSignature, type SignatureCheck } from '../../src/engage/signature.js';
import { eventCases } from '../fixtures/engage/fixtures.js';
import {
  createAudience,
  getAudience,
  sendBatch,
  sendSingle,
  type SegmentEvent,
} from '../support/segment-sender.js';

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const SECRET = 'abc123';
const received: Received[] = [];
let answer: { status: number; body: object };
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    void receive(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${isJsonObject(address) ? String(address['port']) : ''}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(() => {
  received.length = 0;
  answer = { status: 200, body: {} };
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url: path, headers } = request;
  received.push({ method, path, headers, body: await buffer(request) });
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.body));
}

function eventNamed(name: string): SegmentEvent {
  const event = eventCases.find((c) => c.name === name)?.event;
  return isJsonObject(event) ? event : {};
}

function signatureOf(request: Received | undefined): SignatureCheck {
  const header = request?.headers['x-signature'];
  return checkSignature(request?.body ?? Buffer.alloc(0), header?.toString(), [SECRET]);
}

const enter = eventNamed('identify_enter');
const exit = eventNamed('track_exit');

describe.each(['webhook', 'webhook-audiences', 'webhook-extensible'] as const)(
  'the real sender, %s',
  (destination) => {
    it('posts an event alone, unsigned without a secret', async () => {
      const headers = { authorization: 'Bearer tok' };
      const answers = await sendSingle(destination, [enter], { url, headers });
      expect(answers).toEqual([{ status: 200, body: '{}' }]);
      expect(received).toHaveLength(1);
      expect(received[0]).toMatchObject({ method: 'POST', headers });
      expect(received[0]?.headers).not.toHaveProperty('x-signature');
      expect([...parseEvents(received[0]?.body ?? Buffer.alloc(0)).events]).toEqual([enter]);
    });

    it('signs a single event by its raw body', async () => {
      await sendSingle(destination, [enter, exit], { url, sharedSecret: SECRET, method: 'PUT' });
      expect(received.map((request) => request.method)).toEqual(['PUT', 'PUT']);
      expect(received.map(signatureOf)).toEqual([
        { kind: 'valid', rule: 'raw_body' },
        { kind: 'valid', rule: 'raw_body' },
      ]);
    });

    it('signs the first event of a batch only', async () => {
      const headers = { authorization: 'Bearer tok' };
      const events = [enter, exit, enter];
      const answers = await sendBatch(destination, events, { url, headers, sharedSecret: SECRET });
      expect(answers).toEqual([{ status: 200, body: '{}' }]);
      expect(received).toHaveLength(1);
      expect(received[0]?.headers).toMatchObject(headers);
      expect([...parseEvents(received[0]?.body ?? Buffer.alloc(0)).events]).toEqual(events);
      expect(signatureOf(received[0])).toEqual({
        kind: 'valid',
        rule: destination === 'webhook-extensible' ? 'unwrapped_element' : 'first_element',
      });
    });

    it('is refused with another secret', async () => {
      await sendBatch(destination, [enter], { url, sharedSecret: 'other' });
      expect(signatureOf(received[0])).toMatchObject({ kind: 'invalid', cause: 'mismatch' });
    });

    it('tells an error answer', async () => {
      answer = { status: 503, body: { title: 'away' } };
      const [single] = await sendSingle(destination, [enter], { url });
      const [batch] = await sendBatch(destination, [enter], { url });
      expect([single?.status, batch?.status]).toEqual([503, 503]);
    });
  },
);

describe('the real sender, webhook-audiences', () => {
  it('merges extras under new names after signing', async () => {
    const options = { url, sharedSecret: SECRET, extras: { env: 'prod' } };
    await sendSingle('webhook-audiences', [enter], options);
    await sendBatch('webhook-audiences', [enter, exit], options);
    expect(received.map(({ body }) => [...parseEvents(body).events][0])).toMatchObject([
      { env: 'prod', userId: 'user_1' },
      { env: 'prod', userId: 'user_1' },
    ]);
    expect(received.map(signatureOf)).toEqual([
      { kind: 'valid', rule: 'without_extras' },
      { kind: 'valid', rule: 'without_extras' },
    ]);
  });

  it('breaks its own signature with an extra over a field', async () => {
    const extras = { env: 'prod', type: 'overridden' };
    await sendSingle('webhook-audiences', [enter], { url, sharedSecret: SECRET, extras });
    expect(signatureOf(received[0])).toMatchObject({
      cause: 'extras_overwrote',
      overwritten: ['type'],
    });
  });

  it('asks for an audience by its name, and for one by its id', async () => {
    answer = { status: 200, body: { externalId: '7' } };
    const extras = { env: 'prod' };
    expect(await createAudience('Power Users', { url: `${url}/create`, extras })).toBe('7');
    expect(await getAudience('7', { url: `${url}/get`, extras })).toBe('7');
    expect(received.map(({ path, body }) => [path, body.toString()])).toEqual([
      ['/create', '{"env":"prod","audienceName":"Power Users"}'],
      ['/get', '{"env":"prod","externalId":"7"}'],
    ]);
  });

  it('fails where the audience is unknown', async () => {
    answer = { status: 404, body: {} };
    await expect(getAudience('7', { url })).rejects.toThrow('Not Found');
  });
});
