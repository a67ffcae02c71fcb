import { describe, expect, it } from 'vitest';
import { localUrl } from './local-url.js';

describe('the URL under which this machine reaches a server', () => {
  it.each([
    [undefined, 'http://127.0.0.1:8050'],
    ['0.0.0.0', 'http://127.0.0.1:8050'],
    ['::', 'http://127.0.0.1:8050'],
    ['127.0.0.1', 'http://127.0.0.1:8050'],
    ['192.0.2.7', 'http://192.0.2.7:8050'],
    ['::1', 'http://[::1]:8050'],
    ['localhost', 'http://localhost:8050'],
  ])('that listens on %s is %s', (host, url) => {
    expect(localUrl({ host, port: 8050 })).toBe(url);
  });

  it('over TLS says so', () => {
    expect(localUrl({ host: undefined, port: 1, isSecure: true })).toBe('https://127.0.0.1:1');
  });
});
