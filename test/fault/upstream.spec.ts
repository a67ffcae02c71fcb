import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Upstream, type UpstreamAnswer, type UpstreamOptions } from '../../src/configs/upstream.js';
import { sdkKey } from '../support/online-sdk.js';
import { failureOf, type UpstreamFailure } from '../support/upstream-failure.js';
import {
  config,
  status,
  TestUpstream,
  textConfig,
  type UpstreamScript,
} from '../support/upstream.js';

const MB = 1024 * 1024;
const KEY = sdkKey();
const never = new AbortController().signal;

let server: TestUpstream;
let upstream: Upstream;

beforeEach(async () => {
  server = await TestUpstream.start(status(500));
  upstream = make();
});
afterEach(async () => {
  upstream.close();
  await server.stop();
});

function make(over: Partial<UpstreamOptions> = {}): Upstream {
  return new Upstream({
    key: KEY,
    baseUrl: server.url,
    dataGovernance: 'global',
    proxyUrl: undefined,
    timeout: 10_000,
    ...over,
  });
}

function failure(fetching: Promise<UpstreamAnswer>): Promise<UpstreamFailure> {
  return failureOf(fetching, [KEY, server.url]);
}

function fetchAfter(script: UpstreamScript, etag?: string): Promise<UpstreamAnswer> {
  server.answer(script);
  return upstream.fetch(etag, never);
}

const body =
  (content: string | Buffer, headers: Readonly<Record<string, string>> = {}): UpstreamScript =>
  (_request, response) => {
    response.writeHead(200, headers);
    response.end(content);
  };

/** Never done. */
const drip: UpstreamScript = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
};

/** Leads from each path to that of another. */
const redirecting = (to: (path: string) => string, redirect: number): UpstreamScript => {
  return (request, response) => {
    const p = { u: server.url + to(request.url ?? ''), r: redirect, s: 'salt' };
    response.end(textConfig('one', { p }));
  };
};

describe('a config from upstream', () => {
  it('comes with the tag it is asked for by, and not again while it is the same', async () => {
    const answer = await fetchAfter(config(textConfig('one'), '"one"'));
    expect(answer).toMatchObject({
      kind: 'config',
      base: { json: textConfig('one'), etag: '"one"' },
    });
    expect(await fetchAfter(config(textConfig('one'), '"one"'), '"one"')).toEqual({
      kind: 'unchanged',
    });
    expect(server.asked).toEqual([
      { path: `/configuration-files/${KEY}/config_v6.json`, ifNoneMatch: undefined },
      { path: `/configuration-files/${KEY}/config_v6.json`, ifNoneMatch: '"one"' },
    ]);
    expect(server.connections).toBe(1);
  });

  it.each(['', '   '])('with an empty tag (%j) has none', async (etag) => {
    const answer = await fetchAfter(body(textConfig('one'), { etag }));
    expect(answer).toMatchObject({ base: { etag: undefined } });
  });

  it.each([201, 203, 206])('may come with any success (%i)', async (code) => {
    const answer = await fetchAfter((_request, response) => {
      response.writeHead(code, { etag: '"one"' });
      response.end(textConfig('one'));
    });
    expect(answer).toMatchObject({ base: { json: textConfig('one'), etag: '"one"' } });
  });

  it('may name an empty address, which is none', async () => {
    const p = { u: '', r: 2, s: 'salt' };
    expect(await fetchAfter(body(textConfig('one', { p })))).toMatchObject({ kind: 'config' });
  });

  it('loses its byte order mark', async () => {
    const answer = await fetchAfter(body(`\uFEFF${textConfig('one')}`));
    expect(answer).toMatchObject({ base: { json: textConfig('one') } });
  });
});

describe('an upstream that answers badly', () => {
  it.each([
    [403, 'correct key', 'unexpected response received: 403 Forbidden'],
    [404, 'correct key', 'unexpected response received: 404 Not Found'],
    [500, 'asked again', 'unexpected response received: 500 Internal Server Error'],
    [204, 'asked again', 'unexpected response received: 204 No Content'],
    [304, 'named none', 'unexpected response received: 304 Not Modified'],
    [429, 'asked again', 'unexpected response received: 429 Too Many Requests'],
  ])('%i is told with what to do', async (code, advice, record) => {
    const error = await failure(fetchAfter(status(code)));
    expect(error.message).toContain(String(code));
    expect(error.message).toContain(advice);
    expect(error.record).toBe(record);
  });

  it('whose part is no config is refused, whatever the success', async () => {
    const error = await failure(
      fetchAfter((_request, response) => {
        response.writeHead(206);
        response.end(textConfig('one').slice(0, -5));
      }),
    );
    expect(error.message).toContain('no JSON');
  });

  it('whose 304 confirms nothing is not called a redirect', async () => {
    const error = await failure(fetchAfter(status(304)));
    expect(error.message).not.toContain('Redirects');
  });

  it('is not followed elsewhere by HTTP: the key would go with it', async () => {
    const script = status(302, { location: `${server.url}/elsewhere` });
    const error = await failure(fetchAfter(script));
    expect(error.message).toContain('302');
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, string | Buffer, string]>([
    ['garbage', 'garbage', 'no JSON'],
    ['a page', '<!doctype html><title>Log in</title>', 'no JSON'],
    ['nothing', '', 'no JSON'],
    ['another JSON', '[]', 'refused'],
    ['a config of another form', '{"f":{"text":{"t":"1"}}}', '$.f.text'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'no UTF-8'],
  ])('with %s is refused', async (_name, content, reason) => {
    const error = await failure(fetchAfter(body(content)));
    expect(error.message).toContain(reason);
  });

  it.each<[string, UpstreamScript]>([
    [
      'its length says more',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write(textConfig('one'), () => response.destroy());
      },
    ],
    [
      'its chunks do not end',
      (_request, response) => {
        response.writeHead(200);
        response.write(textConfig('one'), () => response.destroy());
      },
    ],
    [
      'its compression does not end',
      body(gzipSync(textConfig('x'.repeat(5_000))).subarray(0, -30), {
        'content-encoding': 'gzip',
      }),
    ],
  ])('whose body is cut off (%s) is refused', async (_name, script) => {
    const error = await failure(fetchAfter(script));
    expect(error.message).toMatch(/broke off|can't be reached|refused/);
  });

  it('whose connection breaks is told by its code', async () => {
    const error = await failure(fetchAfter((request) => request.socket.destroy()));
    expect(error.message).toMatch(/ECONNRESET/);
    await server.stop();
    expect((await failure(upstream.fetch(undefined, never))).message).toContain('ECONNREFUSED');
    server = await TestUpstream.start(status(500));
  });

  it.each<[string, UpstreamScript]>([
    ['is longer than 32 MB', body(Buffer.alloc(33 * MB, ' '))],
    [
      'grows so long when it is inflated',
      body(gzipSync(Buffer.alloc(200 * MB, ' ')), { 'content-encoding': 'gzip' }),
    ],
  ])('whose body %s is refused', async (_name, script) => {
    const before = process.memoryUsage().rss;
    const error = await failure(fetchAfter(script));
    expect(error.message).toBe('The config is larger than 32 MB.');
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MB);
  });
});

describe('an upstream that takes its time', () => {
  it.each<[string, UpstreamScript]>([
    ['never answers', () => {}],
    ['answers in drops', drip],
  ])('and %s is given up at the deadline', async (_name, script) => {
    upstream = make({ timeout: 150 });
    const start = performance.now();
    const error = await failure(fetchAfter(script));
    expect(error.message).toBe('The source of the config took too long to answer.');
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('is let go of when the service stops', async () => {
    const stopping = new AbortController();
    server.answer(() => stopping.abort());
    const error = await failure(upstream.fetch(undefined, stopping.signal));
    expect(error.message).not.toBe('');
  });
});

describe('a config that leads elsewhere', () => {
  it('is fetched there, and from then on', async () => {
    const script = redirecting(() => '/there', 2);
    expect(await fetchAfter(script)).toMatchObject({ kind: 'config' });
    await fetchAfter(script);
    expect(server.asked.map(({ path }) => path.split('/')[1])).toEqual([
      'configuration-files',
      'there',
      'there',
    ]);
  });

  it('round and round is given up after three requests, and begun anew', async () => {
    const script = redirecting((path) => (path.startsWith('/a/') ? '/b' : '/a'), 2);
    const error = await failure(fetchAfter(script));
    expect(error.message).toContain('from one address to the next');
    expect(server.asked).toHaveLength(3);
    await fetchAfter(config(textConfig('one')));
    expect(server.asked.at(-1)?.path).toMatch(/^\/configuration-files/);
  });

  it('to a server that the key must not go to is refused', async () => {
    const other = await TestUpstream.start(config(textConfig('stolen')));
    const p = { u: other.url, r: 2, s: 'salt' };
    const error = await failure(fetchAfter(body(textConfig('one', { p }))));
    expect(error.message).toContain('another server');
    expect(other.asked).toEqual([]);
    await other.stop();
  });

  it('only may be fetched there, under base_url is not', async () => {
    for (const redirect of [0, 1]) {
      await fetchAfter(redirecting(() => '/there', redirect));
    }
    expect(server.asked.map(({ path }) => path.split('/')[1])).toEqual([
      'configuration-files',
      'configuration-files',
    ]);
  });
});
