import { request as requestHttps } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EventEmitter, once } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CertificateFiles } from '../../test/support/certificate-files.js';
import { eventually } from '../../test/support/eventually.js';
import { Certificates } from './certificates.js';
import { Frame } from './frame.js';
import { HttpServer } from './servers.js';
import type { SseStream } from './sse-stream.js';
import { Streams } from './streams.js';
import { TimeSlices } from './time-slices.js';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** More than the kernel takes for a reader who takes nothing. */
const LARGE = new Frame(`"${'x'.repeat(32 * 1024 * 1024)}"`);

describe('streams over TLS', () => {
  const files = new CertificateFiles();
  const exchanges = new EventEmitter<{ next: [Exchange] }>();
  let certificates: Certificates;
  let server: HttpServer;
  let streams: Streams;
  let port = 0;

  beforeAll(() => files.renew('localhost'));
  beforeEach(async () => {
    certificates = new Certificates(
      { enabled: true, minVersion: 'TLSv1.2', certificates: [files] },
      { onError: () => {} },
    );
    server = new HttpServer(
      (request, response) => exchanges.emit('next', { request, response }),
      () => {},
      { certificates },
    );
    streams = new Streams({
      heartBeatInterval: 10,
      limits: { inAll: 10, perAddress: 0 },
      slices: new TimeSlices(),
      random: () => 0,
    });
    port = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    streams.stop();
    server.abandon();
    await server.close();
    await certificates.stop();
  });

  async function connect(): Promise<{ answer: IncomingMessage; stream: SseStream }> {
    const coming = once(exchanges, 'next');
    const options = { host: '127.0.0.1', servername: 'localhost', port, ca: files.pem };
    const asking = requestHttps({ ...options, agent: false }).end();
    const answering = once(asking, 'response');
    const [exchange]: Exchange[] = await coming;
    if (exchange === undefined) throw new Error('no request came');
    const { request, response } = exchange;
    const stream = await streams.begin(request, response, streams.counts.of('sdk', 'flag'));
    const [answer]: IncomingMessage[] = await answering;
    if (stream === undefined || answer === undefined) throw new Error('there is no stream');
    return { answer, stream };
  }

  it('are told frames and pings, and end as they should', async () => {
    const { answer, stream } = await connect();
    let text = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const frame = new Frame('1');
    stream.send(frame);
    streams.start();
    await eventually(() => expect(text).toContain(':\n\n:\n\n'));
    streams.stop();
    await once(answer, 'end');
    expect(text.replaceAll(':\n\n', '')).toBe(`retry: 1000\n${frame.plain.toString()}retry: 0\n\n`);
    await eventually(() => expect(streams.size).toBe(0));
  });

  it('have the newest state for a slow reader, and none of those between', async () => {
    const { answer, stream } = await connect();
    for (const text of ['"before"', '"between"', '"newest"']) {
      stream.send(LARGE);
      stream.send(new Frame(text));
    }
    let length = 0;
    let end = '';
    answer.on('data', (chunk: Buffer) => {
      length += chunk.length;
      end = (end + chunk.subarray(-100).toString()).slice(-100);
    });
    await eventually(() => expect(end).toContain('data: "newest"\n\n'));
    expect(length).toBeLessThan(LARGE.plain.length + 200);
    expect(streams.counts.of('sdk', 'flag').sent).toBe(2);
  });

  it('are forgotten when their client goes', async () => {
    const { answer } = await connect();
    expect(streams.size).toBe(1);
    answer.destroy();
    await eventually(() => expect(streams.size).toBe(0));
  });
});
