import { describe, expect, it } from 'vitest';
import { RawClient, type RawRequest } from '../support/raw-client.js';
import { TestBed } from '../support/test-bed.js';

const bed = new TestBed();
const LAST = 'Connection: close';

/** The whole of what a connection is answered, on which one request was sent. */
async function answerTo(request: RawRequest): Promise<RawClient> {
  const client = await RawClient.send(Number(new URL(bed.base).port), request);
  await client.closed;
  return client;
}

function statusLine({ head }: RawClient): string | undefined {
  return head.split('\r\n')[0];
}

describe('a request target', () => {
  it.each([
    'http://localhost/api/default/keys',
    'http://elsewhere.example/api/default/keys/',
    'HTTP://LOCALHOST:8050/api/default/keys?a=b',
    'https://user@localhost/api/default/keys',
  ])('may be a whole URL, whoever it names: %s', async (path) => {
    const answer = await answerTo({ path, headers: [LAST] });
    expect(statusLine(answer)).toBe('HTTP/1.1 200 OK');
    expect(answer.body).toBe('{"keys":[]}');
  });

  it('may be a whole URL where Segment calls, too', async () => {
    const path = 'http://localhost/api/v2/versions';
    const answer = await answerTo({ path, headers: [LAST] });
    expect(statusLine(answer)).toBe('HTTP/1.1 401 Unauthorized');
  });

  it.each(['*', 'http://localhost', 'ftp://localhost/api/default/keys', 'api/default/keys'])(
    'that names nothing is answered 404: OPTIONS %s',
    async (path) => {
      const answer = await answerTo({ method: 'OPTIONS', path, headers: [LAST] });
      expect(statusLine(answer)).toMatch(/^HTTP\/1\.1 (404 Not Found|400 Bad Request)$/);
    },
  );

  it('of OPTIONS may be a star', async () => {
    const answer = await answerTo({ method: 'OPTIONS', path: '*', headers: [LAST] });
    expect(statusLine(answer)).toBe('HTTP/1.1 404 Not Found');
    expect(answer.body).toBe('404 page not found\n');
  });
});

describe('a request whose end two readers could see in two places', () => {
  const SMUGGLED = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';

  it.each([
    ['both lengths', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a list of lengths', ['Content-Length: 5, 5']],
    ['a negative length', ['Content-Length: -1']],
    ['a signed length', ['Content-Length: +5']],
    ['a coding that is not chunked last', ['Transfer-Encoding: chunked, identity']],
    ['a space before the colon', ['Transfer-Encoding : chunked']],
    ['a folded header', ['X-A: b', ' Content-Length: 5']],
  ])('is answered 400 and its connection closed: %s', async (_how, headers) => {
    const answer = await answerTo({
      method: 'POST',
      path: '/api/default/eval',
      headers: [...headers],
      more: `0\r\n\r\n${SMUGGLED}`,
    });
    expect(statusLine(answer)).toBe('HTTP/1.1 400 Bad Request');
    expect(answer.text).not.toContain('200 OK');
  });

  it('is not one where a body was refused: what is left of it is no request', async () => {
    const length = 1_048_577 + SMUGGLED.length;
    const answer = await answerTo({
      method: 'POST',
      path: '/api/default/eval',
      headers: [`Content-Length: ${length}`],
      more: 'x'.repeat(1_048_577) + SMUGGLED,
    });
    expect(answer.text).not.toContain('200 OK');
  });
});

describe('an origin', () => {
  it('is echoed as it came, in one header', async () => {
    const answer = await answerTo({
      path: '/api/default/keys',
      headers: ['Origin: https://a.example%0d%0aX-Injected: b', LAST],
    });
    expect(answer.head).toContain(
      '\r\nAccess-Control-Allow-Origin: https://a.example%0d%0aX-Injected: b\r\n',
    );
    expect(answer.head).not.toContain('\r\nX-Injected');
  });

  it('that would be two lines never reaches a header', async () => {
    const headers = ['Origin: https://a.example\rX-Injected: b', LAST];
    const answer = await answerTo({ path: '/api/default/keys', headers });
    expect(statusLine(answer)).toBe('HTTP/1.1 400 Bad Request');
  });
});
