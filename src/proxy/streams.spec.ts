import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpServer } from './servers.js';
import { Streams } from './streams.js';

describe('streams', () => {
  let server: HttpServer;
  let base = '';
  const requests = new EventEmitter<{ response: [ServerResponse] }>();

  beforeEach(async () => {
    server = new HttpServer(
      (_request, response) => requests.emit('response', response),
      () => {},
    );
    base = `http://127.0.0.1:${await server.listen({ host: '127.0.0.1', port: 0 })}`;
  });
  afterEach(async () => {
    vi.useRealTimers();
    server.abandon();
    await server.close();
  });

  /** One client's connection: what it reads in all, and our end of it. */
  async function connectClient(): Promise<{ text: Promise<string>; response: ServerResponse }> {
    const came = once(requests, 'response');
    const text = fetch(base).then((answer) => answer.text());
    const [response]: ServerResponse[] = await came;
    if (response === undefined) throw new Error('no request came');
    return { text, response };
  }

  it('tell each client to come back at a moment of its own, and end', async () => {
    const moments = [0.25, 0.5];
    const streams = new Streams(60_000, () => moments.shift() ?? 0);
    const first = await connectClient();
    const second = await connectClient();
    streams.begin(first.response)('1');
    streams.begin(second.response);
    streams.stop();
    expect(await first.text).toBe('data: 1\n\nretry: 1250\n\n');
    expect(await second.text).toBe('retry: 2500\n\n');
  });

  it('send away at once who comes after the end', async () => {
    const streams = new Streams(60_000, () => 1);
    streams.stop();
    const client = await connectClient();
    streams.begin(client.response)('1');
    expect(await client.text).toBe('retry: 5000\n\n');
    expect(streams.size).toBe(0);
  });

  it('drop a change that comes while they end', async () => {
    const streams = new Streams(60_000, () => 0);
    const client = await connectClient();
    const send = streams.begin(client.response);
    streams.stop();
    send('1');
    streams.stop();
    expect(await client.text).toBe('retry: 0\n\n');
  });

  it('beat until they end, and never after', () => {
    vi.useFakeTimers();
    const streams = new Streams(15_000);
    streams.start();
    expect(vi.getTimerCount()).toBe(1);
    streams.stop();
    streams.start();
    expect(vi.getTimerCount()).toBe(0);
  });
});
