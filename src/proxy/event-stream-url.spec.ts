import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { eventStreamPath, originOf } from './event-stream-url.js';

function requestWith(headers: Readonly<Record<string, string>>, socket = new Socket()) {
  const request = new IncomingMessage(socket);
  Object.assign(request.headers, headers);
  return request;
}

describe('the origin of an event stream', () => {
  it('is the public URL, where there is one', () => {
    const request = requestWith({ host: 'elsewhere' });
    expect(originOf(request, 'https://flags.example/base/')).toBe('https://flags.example/base');
  });

  it.each(['localhost', 'flags.example:8050', '127.0.0.1:80', '[::1]:8050', '[2001:db8::1]'])(
    'is else the host that the client asked: %s',
    (host) => {
      expect(originOf(requestWith({ host }), undefined)).toBe(`http://${host}`);
    },
  );

  it('is secure where the request was, here or at a proxy before', () => {
    const host = 'flags.example';
    const secure = new TLSSocket(new Socket());
    expect(originOf(requestWith({ host }, secure), undefined)).toBe('https://flags.example');
    for (const [protocol, expected] of [
      ['https', 'https'],
      ['HTTPS, http', 'https'],
      ['http, https', 'http'],
      ['httpsx', 'http'],
    ]) {
      const forwarded = requestWith({ host, 'x-forwarded-proto': protocol ?? '' });
      expect(originOf(forwarded, undefined)).toBe(`${expected}://flags.example`);
    }
  });

  it.each(['', 'a b', 'a/b', 'a"b', 'user@host', 'host:port', '[x]', 'a?b'])(
    'is not known from a host like %j',
    (host) => {
      expect(originOf(requestWith({ host }), undefined)).toBeUndefined();
    },
  );
});

describe('the path of an event stream', () => {
  it('has the user that the request named, and no other', () => {
    const path = eventStreamPath('my id', { Identifier: 'ada' });
    expect(path).toMatch(/^\/sse\/my%20id\/refetch\/[\w-]+$/);
    expect(dataOf(path)).toEqual({ user: { Identifier: 'ada' } });
    expect(dataOf(eventStreamPath('sdk', undefined))).toEqual({});
  });

  it('is the same for the same user', () => {
    const path = eventStreamPath('sdk', { a: '1', b: '2' });
    expect(eventStreamPath('sdk', { b: '2', a: '1' })).toBe(path);
  });

  it('is left out when it would not fit into the headers of a request', () => {
    expect(eventStreamPath('sdk', { a: 'x'.repeat(10_000) })).toBeUndefined();
  });
});

function dataOf(path = ''): unknown {
  return JSON.parse(Buffer.from(path.split('/').at(-1) ?? '', 'base64url').toString());
}
