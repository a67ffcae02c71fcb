import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { RawClient, type RawRequest } from '../../test/support/raw-client.js';
import { detachSocket, hasTurn } from './detached-socket.js';
import { HttpServer } from './servers.js';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

describe('a detached socket', () => {
  let server: HttpServer;
  let port = 0;
  let detached: Socket[];
  let paths: (string | undefined)[];
  const exchanges = new EventEmitter<{ next: [Exchange] }>();

  beforeEach(async () => {
    detached = [];
    paths = [];
    server = new HttpServer(
      (request, response) => {
        paths.push(request.url);
        exchanges.emit('next', { request, response });
      },
      () => {},
      { timeouts: { headers: 1_000, request: 1_000, check: 10 } },
    );
    port = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    exchanges.removeAllListeners();
    detached.forEach((socket) => socket.destroy());
    server.abandon();
    await server.close();
  });

  async function nextExchange(): Promise<Exchange> {
    const [exchange]: Exchange[] = await once(exchanges, 'next');
    if (exchange === undefined) throw new Error('no request came');
    return exchange;
  }

  async function detach({ request, response }: Exchange): Promise<Socket | undefined> {
    if (!(await hasTurn(request, response))) return undefined;
    response.writeHead(200, ['Content-Type', 'text/plain']);
    response.write('first ');
    const socket = detachSocket(response);
    if (socket !== undefined) detached.push(socket);
    return socket;
  }

  async function ask(
    request: RawRequest = {},
  ): Promise<{ client: RawClient; socket: Socket | undefined }> {
    const coming = nextExchange();
    const client = await RawClient.send(port, request);
    return { client, socket: await detach(await coming) };
  }

  it('carries on the body of the response', async () => {
    const { client, socket } = await ask();
    socket?.write('6\r\nsecond\r\n0\r\n\r\n');
    await client.says('0\r\n\r\n');
    expect(client.content).toBe('first second');
  });

  it('leaves nothing of the request behind', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new Error('Node has no garbage collector to call');
    const refs = await (async () => {
      const coming = nextExchange();
      await RawClient.send(port);
      const exchange = await coming;
      await detach(exchange);
      return [new WeakRef(exchange.request), new WeakRef(exchange.response)];
    })();
    await eventually(() => {
      collect();
      expect(refs.map((ref) => ref.deref() === undefined)).toEqual([true, true]);
    });
    expect(detached[0]?.destroyed).toBe(false);
    expect(Reflect.get(detached[0] ?? {}, 'parser')).toBeNull();
  });

  it('tells the response that this was the end', async () => {
    const coming = nextExchange();
    await RawClient.send(port);
    const exchange = await coming;
    const onClose = vi.fn<() => void>();
    exchange.response.on('close', onClose);
    await detach(exchange);
    expect(onClose).toHaveBeenCalledTimes(1);
    expect(exchange.response.destroyed).toBe(true);
  });

  it('closes when its client ends its half', async () => {
    const { client, socket } = await ask();
    client.end();
    await eventually(() => expect(socket?.destroyed).toBe(true));
  });

  it('outlasts the time that a request may take', async () => {
    const { client, socket } = await ask();
    const late = await RawClient.send(port, { headers: ['Content-Length: 5'] });
    await late.closed;
    expect(late.text).toMatch(/^HTTP\/1\.1 408 /);
    socket?.write('6\r\nsecond\r\n0\r\n\r\n');
    await client.says('second');
    expect(client.content).toBe('first second');
  });

  it('may be one on which others were answered before', async () => {
    const first = nextExchange();
    const client = await RawClient.send(port, { path: '/first' });
    (await first).response.end('answer');
    await client.says('answer');
    const second = nextExchange();
    client.socket.write('GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const socket = await detach(await second);
    socket?.write('6\r\nsecond\r\n0\r\n\r\n');
    await client.says('second\r\n0\r\n\r\n');
    expect(socket?.timeout ?? 0).toBe(0);
  });

  it('reads no further request', async () => {
    const { client, socket } = await ask({ path: '/first' });
    client.socket.write('GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await eventually(() => expect(socket?.bytesRead).toBeGreaterThan(60));
    socket?.write('6\r\nsecond\r\n0\r\n\r\n');
    await client.says('0\r\n\r\n');
    expect(paths).toEqual(['/first']);
  });

  it('answers no request that was sent behind, and goes on', async () => {
    const { client, socket } = await ask({
      path: '/first',
      more: 'GET /second HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /third HTTP/1.1\r\nHost: lo',
    });
    expect(paths).toEqual(['/first', '/second']);
    socket?.write('6\r\nsecond\r\n0\r\n\r\n');
    await client.says('0\r\n\r\n');
    expect(client.content).toBe('first second');
    client.end();
    await client.closed;
    expect(socket?.destroyed).toBe(true);
  });

  it('goes on where the body of the request behind is half sent', async () => {
    const { client, socket } = await ask({
      more: 'POST /second HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab',
    });
    client.socket.write('cde');
    socket?.write('6\r\nsecond\r\n0\r\n\r\n');
    await client.says('0\r\n\r\n');
    expect(client.content).toBe('first second');
  });

  it('leaves nothing behind of the requests that were sent behind', async () => {
    const { socket } = await ask({ more: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(50) });
    const listeners = (socket?.eventNames() ?? []).map((event) => socket?.listenerCount(event));
    expect(Math.max(...listeners.map(Number))).toBeLessThan(5);
  });

  it('is had by the first only of those that wait for it', async () => {
    const turns: Promise<Socket | undefined>[] = [];
    exchanges.on('next', (exchange) => turns.push(detach(exchange)));
    const client = await RawClient.send(port, {
      more: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(50),
    });
    await client.says('first ');
    await eventually(() => expect(turns).toHaveLength(51));
    const sockets = await Promise.all(turns);
    expect(sockets.filter((socket) => socket !== undefined)).toEqual([sockets[0]]);
    expect(client.content).toBe('first ');
  });

  it('comes after the answers before it', async () => {
    const first = nextExchange();
    const client = await RawClient.send(port, { path: '/first' });
    const { response } = await first;
    const second = nextExchange();
    client.socket.write('GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const detaching = second.then(detach);
    await second;
    response.end('answer');
    const socket = await detaching;
    socket?.write('6\r\nsecond\r\n0\r\n\r\n');
    await client.says('second\r\n0\r\n\r\n');
    expect(client.text).toMatch(/answer[^]*HTTP\/1\.1 200 OK[^]*first [^]*second/);
  });

  it('is none when the client goes before the answers before it', async () => {
    const first = nextExchange();
    const client = await RawClient.send(port, { path: '/first' });
    await first;
    const second = nextExchange();
    client.socket.write('GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const detaching = second.then(detach);
    await second;
    client.reset();
    expect(await detaching).toBeUndefined();
  });

  it('waits for the body of a request, and is none when it does not come', async () => {
    const coming = nextExchange();
    const client = await RawClient.send(port, { headers: ['Content-Length: 5'], more: 'ab' });
    const detaching = coming.then(detach);
    await coming;
    client.reset();
    expect(await detaching).toBeUndefined();
  });

  it('is there once the body of a request has come', async () => {
    const coming = nextExchange();
    const client = await RawClient.send(port, { headers: ['Content-Length: 5'], more: 'ab' });
    const detaching = coming.then(detach);
    await coming;
    client.socket.write('cde');
    expect(await detaching).toBeDefined();
  });
});
