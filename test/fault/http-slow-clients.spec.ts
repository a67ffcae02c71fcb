import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Certificates } from '../../src/proxy/certificates.js';
import { HttpServer } from '../../src/proxy/servers.js';
import { CertificateFiles } from '../support/certificate-files.js';
import { eventually } from '../support/eventually.js';

const LOOPBACK = '127.0.0.1';
/** Those of production, a hundred times as fast. */
const TIMEOUTS = { headers: 100, request: 600, handshake: 100, check: 25 };
const HEAD = 'POST /x HTTP/1.1\r\nHost: a\r\n';

describe.each(['http', 'https'] as const)('a client over %s that takes its time', (protocol) => {
  const files = new CertificateFiles();
  const undo: (() => unknown)[] = [];
  beforeAll(() => files.renew('localhost'));
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });

  async function connected(): Promise<Socket> {
    const certificates =
      protocol === 'http'
        ? undefined
        : new Certificates(
            { enabled: true, minVersion: 'TLSv1.2', certificates: [files] },
            { onError: () => {} },
          );
    const server = new HttpServer(
      (request, response) => {
        request.on('error', () => {});
        request.resume().on('end', () => response.end('done'));
      },
      () => {},
      { certificates, timeouts: TIMEOUTS, isUpload: (url) => url === '/upload' },
    );
    const port = await server.listen({ host: LOOPBACK, port: 0 });
    const socket =
      protocol === 'http'
        ? connectTcp(port, LOOPBACK)
        : connectTls({ port, host: LOOPBACK, rejectUnauthorized: false });
    undo.push(() => server.close());
    undo.push(() => socket.destroy());
    await once(socket, protocol === 'http' ? 'connect' : 'secureConnect');
    return socket;
  }

  it('with its headers is told 408', async () => {
    const socket = await connected();
    const answer = told(socket);
    socket.write(HEAD);
    drip(socket, 'X-Slow: 1\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  it('with its body is told 408', async () => {
    const socket = await connected();
    const answer = told(socket);
    socket.write(`${HEAD}Content-Length: 1000000\r\n\r\n`);
    drip(socket, '.');
    expect(await answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  it('with an upload may take as long as that is', async () => {
    const socket = await connected();
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    const length = 300;
    socket.write(`POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`);
    const start = performance.now();
    drip(socket, '.', length);
    await eventually(() => expect(text).toMatch(/^HTTP\/1\.1 200 /));
    expect(performance.now() - start).toBeGreaterThan(2 * TIMEOUTS.request);
  });

  it('with an upload, and sends no more of it, is told 408', async () => {
    const socket = await connected();
    const answer = told(socket);
    socket.write('POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx');
    expect(await answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  it('with the first byte is told 408', async () => {
    const socket = await connected();
    expect(await told(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  it('between two requests is left alone', async () => {
    const socket = await connected();
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    const answers = (): number => text.split('HTTP/1.1 200').length - 1;
    socket.write(`${HEAD}Content-Length: 0\r\n\r\n`);
    await eventually(() => expect(answers()).toBe(1));
    // Longer than its headers may take.
    const looks = { timeout: 10_000, interval: TIMEOUTS.headers };
    let waits = 0;
    await expect.poll(() => (waits += 1), looks).toBeGreaterThan(5);
    socket.write(`${HEAD}Content-Length: 0\r\n\r\n`);
    await eventually(() => expect(answers()).toBe(2));
  });

  it('and sends 20 KB of headers is told 431', async () => {
    const socket = await connected();
    const answer = told(socket);
    socket.write(`${HEAD}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  });
});

/** What it is told until the server ends the connection. */
async function told(socket: Socket): Promise<string> {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => (text += String(chunk)));
  await once(socket, 'close');
  return text;
}

/** One byte now and then, for as long as somebody listens. */
function drip(socket: Socket, text: string, length = Infinity): void {
  let next = 0;
  const timer = setInterval(() => {
    socket.write(text[next % text.length] ?? '');
    next += 1;
    if (next === length) clearInterval(timer);
  }, 10);
  socket.on('close', () => clearInterval(timer));
}
