import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { AdminClient } from './admin-client.js';
import { shape } from './shape.js';
import { upload } from './upload.js';

const isCount = shape<{ readonly received: number }>({ received: 'number' });

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function send(listener: RequestListener, body: Readable): Promise<unknown> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : '';
  const client = new AdminClient(`http://127.0.0.1:${port}`, 'token');
  const call = { path: '/import', query: { mode: 'add' }, headers: { 'content-type': 'text/csv' } };
  return upload(client, { ...call, body: [body] }, isCount);
}

/** More than buffers on the way hold. */
function* megabytes(count: number): Generator<Buffer> {
  const megabyte = Buffer.alloc(1_000_000, 'x');
  for (let sent = 0; sent < count; sent += 1) yield megabyte;
}

const refusal = JSON.stringify({ title: 'Forbidden', detail: 'A viewer only reads.' });

describe('an upload', () => {
  it('sends all of a body, with what it is and who asks', async () => {
    let seen: unknown;
    const answer = await send(
      (request, response) => {
        const { authorization, 'content-type': type } = request.headers;
        seen = { url: request.url, authorization, type };
        let received = 0;
        request.on('data', (chunk: Buffer) => (received += chunk.length));
        request.on('end', () => response.writeHead(201).end(JSON.stringify({ received })));
      },
      Readable.from(megabytes(20)),
    );
    expect(answer).toEqual({ received: 20_000_000 });
    expect(seen).toEqual({
      url: '/admin/v1/import?mode=add',
      authorization: 'Bearer token',
      type: 'text/csv',
    });
  });

  it('ends with an answer that comes before all was sent', async () => {
    const body = Readable.from(megabytes(Infinity));
    const refused = send((_request, response) => response.writeHead(403).end(refusal), body);
    await expect(refused).rejects.toMatchObject({ message: '403 Forbidden: A viewer only reads.' });
    expect(body.destroyed).toBe(true);
  });

  it('tells of a service that hangs up', async () => {
    const broken = send((request) => request.socket.destroy(), Readable.from(megabytes(50)));
    await expect(broken).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('is cut off where what it reads breaks, and throws that', async () => {
    let isWhole: boolean | undefined;
    const body = Readable.from(
      (function* () {
        yield* megabytes(3);
        throw new Error('the disk is gone');
      })(),
    );
    const sending = send((request) => {
      request.on('error', () => {}).on('close', () => (isWhole = request.complete));
      request.resume();
    }, body);
    await expect(sending).rejects.toThrow('the disk is gone');
    await expect.poll(() => isWhole).toBe(false);
  });
});
