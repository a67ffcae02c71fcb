import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { Frame } from './frame.js';
import { SseStream } from './sse-stream.js';
import type { StreamCount } from './stream-counts.js';

/** More than the kernel takes for a reader who takes nothing. */
const LARGE = new Frame(`"${'x'.repeat(32 * 1024 * 1024)}"`);

describe('the stream of a slow reader', () => {
  let server: Server;
  let reader: Socket;
  let socket: Socket;
  let count: StreamCount;
  let stream: SseStream;
  let received: number;
  let end: string;

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const accepted = once(server, 'connection');
    reader = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
    received = 0;
    end = '';
    reader.pause().on('data', (bytes: Buffer) => {
      received += bytes.length;
      end = (end + bytes.subarray(-200).toString('latin1')).slice(-200);
    });
    const [incoming]: Socket[] = await accepted;
    if (incoming === undefined) throw new Error('no connection came');
    socket = incoming.on('error', () => {});
    count = { sdkId: 'sdk', type: 'sse', flag: 'flag', open: 0, sent: 0 };
    const origin = { address: '::1', streams: 1 };
    stream = new SseStream({ socket, isChunked: true, count, origin });
  });
  afterEach(() => {
    reader.destroy();
    socket.destroy();
    server.close();
  });

  it('has the newest state when it is read on, and none of those between', async () => {
    const frames = Array.from({ length: 100 }, (_, n) => new Frame(`"${n}"`));
    const last = new Frame('"last"');
    stream.send(LARGE);
    expect(stream.stuckSince).toBeGreaterThan(0);
    for (const frame of [...frames, last]) stream.send(frame);
    expect(count.sent).toBe(1);
    expect(socket.writableLength).toBeLessThanOrEqual(LARGE.chunk.length);
    reader.resume();
    await eventually(() => expect(end).toContain(last.chunk.toString()));
    expect(received).toBe(LARGE.chunk.length + last.chunk.length);
    expect(count.sent).toBe(2);
    expect(stream.stuckSince).toBeUndefined();
  });

  it('gets on as before after that', async () => {
    stream.send(LARGE);
    reader.resume();
    await eventually(() => expect(stream.stuckSince).toBeUndefined());
    for (const text of ['"a"', '"b"']) {
      const frame = new Frame(text);
      stream.send(frame);
      await eventually(() => expect(end).toContain(frame.chunk.toString()));
    }
  });

  it('is not pinged', () => {
    stream.send(LARGE);
    const waiting = socket.writableLength;
    stream.ping();
    expect(socket.writableLength).toBe(waiting);
  });

  it('does nothing more once its client has gone', async () => {
    stream.send(LARGE);
    stream.send(new Frame('"a"'));
    reader.destroy();
    await eventually(() => expect(socket.destroyed).toBe(true));
    stream.send(new Frame('"b"'));
    stream.ping();
    stream.sendAway(1);
    expect(count.sent).toBe(1);
  });
});
