import { Agent, request, type IncomingMessage, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HttpServer, ListenError } from './servers.js';

const LOOPBACK = '127.0.0.1';

describe('an HTTP server', () => {
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0)) await step();
  });

  async function start(listener: RequestListener): Promise<{ server: HttpServer; port: number }> {
    const server = new HttpServer(listener, () => {});
    const port = await server.listen({ host: LOOPBACK, port: 0 });
    undo.push(() => {
      server.abandon();
      return server.close();
    });
    return { server, port };
  }

  async function open(port: number): Promise<Socket> {
    const socket = connect(port, LOOPBACK);
    undo.push(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  }

  it('names the port that another program has', async () => {
    const { port } = await start((_request, response) => void response.end());
    const second = new HttpServer(
      () => {},
      () => {},
    );
    const refused = second.listen({ host: LOOPBACK, port });
    await expect(refused).rejects.toThrow(ListenError);
    await expect(refused).rejects.toThrow(`${LOOPBACK}:${port}: another program does`);
  });

  it('closes though it never listened, and again', async () => {
    const server = new HttpServer(
      () => {},
      () => {},
    );
    await expect(server.close()).resolves.toBeUndefined();
    await expect(server.drain()).resolves.toBeUndefined();
  });

  it('forgets requests that were queued on a connection when it is reset', async () => {
    let asked = 0;
    const { server, port } = await start(() => (asked += 1));
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(20));
    await vi.waitFor(() => expect(asked).toBe(20));
    expect(server.busyConnections).toBe(1);
    socket.resetAndDestroy();
    await vi.waitFor(() => expect(server.busyConnections).toBe(0));
  });

  it('answers a request under way, as the last of its connection', async () => {
    const answers: (() => void)[] = [];
    const { server, port } = await start((_request, response) => {
      answers.push(() => response.writeHead(200, ['Content-Length', '2']).end('ok'));
    });
    const agent = new Agent({ keepAlive: true });
    undo.push(() => agent.destroy());
    const answered = get(port, agent);
    await vi.waitFor(() => expect(answers).toHaveLength(1));

    const drained = server.drain();
    answers[0]?.();
    const { statusCode, headers } = await answered;
    expect(statusCode).toBe(200);
    expect(headers.connection).toBe('close');
    await drained;
  });

  it('answers what still comes on an open connection while it drains', async () => {
    const { server, port } = await start((_request, response) => void response.end('ok'));
    const agent = new Agent({ keepAlive: true });
    undo.push(() => agent.destroy());
    expect((await get(port, agent)).headers.connection).toBe('keep-alive');
    const drained = server.drain();
    expect((await get(port, agent)).headers.connection).toBe('close');
    await drained;
  });

  it('does not wait for connections that are idle or were never used', async () => {
    const { server, port } = await start((_request, response) => void response.end('ok'));
    const idle = await open(port);
    idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(idle, 'data');
    const unused = await open(port);
    const closed = Promise.all([once(idle.resume(), 'close'), once(unused.resume(), 'close')]);
    await server.drain();
    await expect(closed).resolves.toHaveLength(2);
  });

  it('gives up on what takes too long when it is told to', async () => {
    let isAsked = false;
    const { server, port } = await start(() => (isAsked = true));
    const socket = await open(port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await vi.waitFor(() => expect(isAsked).toBe(true));
    const closed = server.close();
    server.abandon();
    await expect(closed).resolves.toBeUndefined();
  });
});

function get(port: number, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ host: LOOPBACK, port, agent }, (answer) => resolve(answer.resume()))
      .on('error', reject)
      .end();
  });
}
