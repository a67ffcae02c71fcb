import * as zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Upstream, type UpstreamAnswer } from '../../src/configs/upstream.js';
import { sdkKey } from '../support/online-sdk.js';
import { failureOf, type UpstreamFailure } from '../support/upstream-failure.js';
import { status, TestUpstream, textConfig } from '../support/upstream.js';

const KEY = sdkKey();
/** Of Node 24; Node 20 can't read it. */
const HAS_ZSTD = 'createZstdDecompress' in zlib;

let server: TestUpstream;
let upstream: Upstream;

beforeEach(async () => {
  server = await TestUpstream.start(status(500));
  upstream = new Upstream({
    key: KEY,
    baseUrl: server.url,
    dataGovernance: 'global',
    proxyUrl: undefined,
    timeout: 10_000,
  });
});
afterEach(async () => {
  upstream.close();
  await server.stop();
});

function fetchEncoded(bytes: string | Buffer, encoding: string): Promise<UpstreamAnswer> {
  server.answer((_request, response) => {
    response.writeHead(200, { 'content-encoding': encoding });
    response.end(bytes);
  });
  return upstream.fetch(undefined, new AbortController().signal);
}

function failure(fetching: Promise<UpstreamAnswer>): Promise<UpstreamFailure> {
  return failureOf(fetching, [KEY, server.url]);
}

describe('a config from upstream', () => {
  it.each([
    ['gzip', zlib.gzipSync(textConfig('packed'))],
    ['br', zlib.brotliCompressSync(textConfig('packed'))],
    ['deflate', zlib.deflateSync(textConfig('packed'))],
    ['Identity', Buffer.from(textConfig('packed'))],
  ])('may be encoded as %s', async (encoding, bytes) => {
    const answer = await fetchEncoded(bytes, encoding);
    expect(answer).toMatchObject({ base: { json: textConfig('packed') } });
  });

  it.each([
    ['exi', "'exi'"],
    ['gzip, exi', "'gzip, exi'"],
    [KEY.slice(-22), 'of another name'],
  ])(
    'in an encoding that nobody asked for (%s) is refused by its name',
    async (encoding, named) => {
      const error = await failure(fetchEncoded(textConfig('one'), encoding));
      expect(error.message).toContain(named);
      expect(error.message).toContain('only gzip, deflate and br');
    },
  );

  it.skipIf(HAS_ZSTD)('in zstd is refused by its name', async () => {
    const error = await failure(fetchEncoded(Buffer.from('28b52ffd', 'hex'), 'zstd'));
    expect(error.message).toContain("'zstd'");
  });

  it.each([
    ['gzip', 'no gzip'],
    ['br', 'no brotli at all'],
    ['deflate', 'no deflate'],
  ])('that is not %s as it says was reached all the same', async (encoding, text) => {
    const error = await failure(fetchEncoded(text, encoding));
    expect(error.message).toContain('not encoded as it says');
    expect(error.message).not.toContain("can't be reached");
  });
});
