import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { RawClient } from '../../test/support/raw-client.js';
import { Frame } from './frame.js';
import { HttpServer } from './servers.js';
import type { SseStream } from './sse-stream.js';
import { Streams, type StreamsSettings } from './streams.js';
import { TimeSlices } from './time-slices.js';

const LIMITS = { inAll: 100, perAddress: 0 };
const FIRST = new Frame('1');

interface Both {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

describe('streams', () => {
  let server: HttpServer;
  let port = 0;
  let made: Streams[];
  const requests = new EventEmitter<{ both: [Both] }>();

  beforeEach(async () => {
    made = [];
    server = new HttpServer(
      (request, response) => requests.emit('both', { request, response }),
      () => {},
    );
    port = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    vi.useRealTimers();
    requests.removeAllListeners();
    made.forEach((streams) => streams.stop());
    server.abandon();
    await server.close();
  });

  function makeStreams(settings: Partial<StreamsSettings> = {}): Streams {
    const streams = new Streams({
      heartBeatInterval: 60_000,
      limits: LIMITS,
      slices: new TimeSlices(),
      random: () => 0.5,
      ...settings,
    });
    made.push(streams);
    return streams;
  }

  /** A client, and the stream that its request began. */
  async function connect(
    streams: Streams,
    request: Parameters<typeof RawClient.send>[1] = {},
  ): Promise<{ client: RawClient; stream: SseStream | undefined }> {
    const came = once(requests, 'both');
    const client = await RawClient.send(port, request);
    const [both]: Both[] = await came;
    if (both === undefined) throw new Error('no request came');
    const count = streams.counts.of('sdk', 'flag');
    const stream = await streams.begin(both.request, both.response, count);
    return { client, stream };
  }

  it('begin with their headers and when to come back, and go on with frames', async () => {
    const streams = makeStreams();
    const { client, stream } = await connect(streams);
    stream?.send(FIRST);
    await client.says('0\r\n\r\n', () => streams.stop());
    expect(client.head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    for (const header of [
      'Content-Type: text/event-stream',
      'Cache-Control: no-cache',
      'Connection: keep-alive',
      'X-Accel-Buffering: no',
      'Transfer-Encoding: chunked',
    ]) {
      expect(client.head.split('\r\n')).toContain(header);
    }
    expect(client.content).toBe(`retry: 3000\nid: ${FIRST.id}\ndata: 1\n\nretry: 2500\n\n`);
    await client.closed;
  });

  it('have no chunks for a client of HTTP/1.0, and end with the connection', async () => {
    const streams = makeStreams();
    const { client, stream } = await connect(streams, { version: '1.0' });
    stream?.send(FIRST);
    streams.stop();
    await client.closed;
    expect(client.head).toContain('\r\nConnection: close');
    expect(client.head).not.toContain('Transfer-Encoding');
    expect(client.body).toBe(`retry: 3000\nid: ${FIRST.id}\ndata: 1\n\nretry: 2500\n\n`);
  });

  it('tell each client to come back at a moment of its own, and end', async () => {
    const moments = [0, 0, 0.25, 0.5];
    const streams = makeStreams({ random: () => moments.shift() ?? 0 });
    const first = await connect(streams);
    const second = await connect(streams);
    streams.stop();
    await Promise.all([first.client.closed, second.client.closed]);
    expect(first.client.content).toBe('retry: 1000\nretry: 1250\n\n');
    expect(second.client.content).toBe('retry: 1000\nretry: 2500\n\n');
    await eventually(() => expect(streams.size).toBe(0));
  });

  it('send away at once who comes after the end', async () => {
    const streams = makeStreams({ random: () => 1 });
    streams.stop();
    const { client, stream } = await connect(streams);
    expect(stream).toBeUndefined();
    await client.says('0\r\n\r\n');
    expect(client.content).toBe('retry: 5000\n\n');
    expect(streams.size).toBe(0);
  });

  it('drop a change that comes while they end', async () => {
    const streams = makeStreams();
    const { client, stream } = await connect(streams);
    streams.stop();
    stream?.send(FIRST);
    streams.stop();
    await client.closed;
    expect(client.content).toBe('retry: 3000\nretry: 2500\n\n');
  });

  it('tell a HEAD request their headers, and take no place', async () => {
    const streams = makeStreams();
    const { client, stream } = await connect(streams, { method: 'HEAD' });
    expect(stream).toBeUndefined();
    await client.says('\r\n\r\n');
    expect(client.head).toContain('Content-Type: text/event-stream');
    expect(client.body).toBe('');
    expect(streams.size).toBe(0);
  });

  it('are refused past the limit, until one has ended', async () => {
    const streams = makeStreams({ limits: { inAll: 1, perAddress: 0 } });
    const first = await connect(streams);
    const refused = await connect(streams);
    expect(refused.stream).toBeUndefined();
    await refused.client.says('too many open streams\n');
    expect(refused.client.head).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused.client.head).toMatch(/\r\nRetry-After: \d+/);
    expect(refused.client.head).toContain('Content-Type: text/plain; charset=utf-8');
    first.client.end();
    await eventually(() => expect(streams.size).toBe(0));
    expect((await connect(streams)).stream).toBeDefined();
  });

  it('are refused past the limit of one address', async () => {
    const streams = makeStreams({ limits: { inAll: 10, perAddress: 1 } });
    expect((await connect(streams)).stream).toBeDefined();
    expect((await connect(streams)).stream).toBeUndefined();
    expect((await connect(streams, { from: '127.0.0.2' })).stream).toBeDefined();
  });

  it('take one place of a connection, however many it asks for at once', async () => {
    const streams = makeStreams({ limits: { inAll: 2, perAddress: 0 } });
    requests.on('both', ({ request, response }) => {
      void streams.begin(request, response, streams.counts.of('sdk', 'flag'));
    });
    const more = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(200);
    const greedy = await RawClient.send(port, { more });
    await eventually(() => expect(streams.size).toBe(1));
    const other = await RawClient.send(port);
    await other.says('retry: ');
    expect(other.head).toMatch(/^HTTP\/1\.1 200 /);
    expect(streams.size).toBe(2);
    expect(greedy.text.split('HTTP/1.1')).toHaveLength(2);
  });

  it('take no place while the body of their request is half sent', async () => {
    const streams = makeStreams({ limits: { inAll: 1, perAddress: 0 } });
    const came = once(requests, 'both');
    await RawClient.send(port, { headers: ['Content-Length: 5'], more: 'he' });
    const [half]: Both[] = await came;
    if (half === undefined) throw new Error('no request came');
    void streams.begin(half.request, half.response, streams.counts.of('sdk', 'flag'));
    expect((await connect(streams)).stream).toBeDefined();
  });

  it('have their first frame whatever was sent behind their request', async () => {
    const streams = makeStreams();
    const more = 'GET /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const { client, stream } = await connect(streams, { more });
    stream?.send(FIRST);
    await client.says('data: 1');
    expect(streams.size).toBe(1);
    expect(client.socket.destroyed).toBe(false);
  });

  it('are counted, and their messages', async () => {
    const streams = makeStreams();
    const { client, stream } = await connect(streams);
    stream?.send(FIRST);
    const count = streams.counts.of('sdk', 'flag');
    expect(count).toMatchObject({ open: 1, sent: 1 });
    client.end();
    await eventually(() => expect(count).toMatchObject({ open: 0, sent: 1 }));
  });

  it('say that they closed, whoever closes', async () => {
    const streams = makeStreams();
    for (const end of [
      (client: RawClient) => client.end(),
      (client: RawClient) => client.reset(),
    ]) {
      const { client, stream } = await connect(streams);
      const onClose = vi.fn<() => void>();
      if (stream !== undefined) stream.onClose = onClose;
      end(client);
      await eventually(() => expect(onClose).toHaveBeenCalledTimes(1));
    }
  });

  it('beat by one timer until they end, and never after', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const streams = makeStreams();
    streams.start();
    expect(vi.getTimerCount()).toBe(1);
    streams.stop();
    streams.start();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('do not beat each millisecond where the time between is longer than a timer can wait', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const slices = new TimeSlices();
    const start = vi.spyOn(slices, 'start');
    makeStreams({ slices, heartBeatInterval: 30 * 86_400_000 }).start();
    vi.advanceTimersByTime(60_000);
    expect(start).not.toHaveBeenCalled();
  });

  it('are pinged with each beat', async () => {
    const streams = makeStreams({ heartBeatInterval: 10 });
    const { client } = await connect(streams);
    streams.start();
    await eventually(() => expect(client.content).toMatch(/^retry: 3000\n:\n\n:\n\n/));
  });

  it('are dropped with a beat when their reader has taken nothing for too long', async () => {
    const streams = makeStreams({ heartBeatInterval: 10, stuck: 20 });
    const stuck = await connect(streams);
    const reading = await connect(streams);
    stuck.client.socket.pause();
    stuck.stream?.send(new Frame(`"${'x'.repeat(32 * 1024 * 1024)}"`));
    reading.stream?.send(FIRST);
    streams.start();
    await eventually(() => expect(streams.size).toBe(1));
    expect(reading.client.socket.destroyed).toBe(false);
    reading.stream?.send(new Frame('2'));
    await reading.client.says('data: 2');
  });

  it('of stuck readers do not hold up the end', async () => {
    const streams = makeStreams({ farewell: 20 });
    const { client, stream } = await connect(streams);
    client.socket.pause();
    stream?.send(new Frame(`"${'x'.repeat(32 * 1024 * 1024)}"`));
    streams.stop();
    await eventually(() => expect(streams.size).toBe(0));
  });
});
