import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Upstream } from '../../src/configs/upstream.js';
import { sdkKey } from '../support/online-sdk.js';
import { failureOf } from '../support/upstream-failure.js';
import { config, TestUpstream, textConfig } from '../support/upstream.js';

const KEY = sdkKey();
const never = new AbortController().signal;

describe('an HTTP proxy on the way', () => {
  let proxy: Server;
  let lines: string[];
  let proxyUrl: string;
  let upstream: Upstream | undefined;

  const throughProxy = (baseUrl: string | undefined): Upstream =>
    (upstream = new Upstream({ key: KEY, baseUrl, dataGovernance: 'global', proxyUrl }));

  beforeEach(async () => {
    lines = [];
    proxy = createServer((request, response) => {
      lines.push(`${request.method} ${request.url}`);
      lines.push(request.headers['proxy-authorization'] ?? '');
      response.end(textConfig('by way of the proxy'));
    });
    proxy.on('connect', (request, socket) => {
      lines.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    const address = proxy.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    proxyUrl = `http://user:word@127.0.0.1:${port}`;
  });
  afterEach(() => {
    upstream?.close();
    proxy.closeAllConnections();
    proxy.close();
  });

  it('is asked by the whole address for http', async () => {
    const fetching = throughProxy('http://configs.invalid').fetch(undefined, never);
    expect(await fetching).toMatchObject({ kind: 'config' });
    expect(lines).toEqual([
      `GET http://configs.invalid/configuration-files/${KEY}/config_v6.json`,
      `Basic ${Buffer.from('user:word').toString('base64')}`,
    ]);
  });

  it('is asked for a tunnel for https, and told nothing of the key', async () => {
    const error = await failureOf(throughProxy(undefined).fetch(undefined, never), [KEY, proxyUrl]);
    expect(lines).toEqual(['CONNECT cdn-global.configcat.com:443']);
    expect(error.message).toContain('http_proxy.url needs a user and a password');
  });

  it('of the environment is none of ours', async () => {
    const server = await TestUpstream.start(config(textConfig('one')));
    process.env['http_proxy'] = proxyUrl;
    process.env['HTTP_PROXY'] = proxyUrl;
    try {
      upstream = new Upstream({
        key: KEY,
        baseUrl: server.url,
        dataGovernance: 'global',
        proxyUrl: undefined,
      });
      await upstream.fetch(undefined, never);
    } finally {
      delete process.env['http_proxy'];
      delete process.env['HTTP_PROXY'];
      await server.stop();
    }
    expect(lines).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });
});
