import { get } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../support/http-answer.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { startTestService, TOKEN, type TestService } from '../support/service.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const bed = new TestBed({
  sdks: { default: {}, other_id: {} },
});
const off = new TestBed({
  http: {
    port: 0,
    host: '127.0.0.1',
    cdn_proxy: { enabled: false },
    api: { enabled: false },
    sse: { enabled: false },
  },
});

const CONFIG = '/configuration-files/configcat-proxy/default/config_v6.json';
const GET_ROUTES = [CONFIG, '/api/default/keys', '/sse/default/eval-all', '/sse/default/eval/e30'];
const POST_ROUTES = ['/api/default/eval', '/api/default/eval-all'];

/** A plain-text answer of the proxy: the message and one line end. */
function plainText(status: number, message: string): object {
  return { status, text: `${message}\n` };
}

function expectPlainText(headers: Headers): void {
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
}

describe('a path', () => {
  it.each([
    '/',
    '/api',
    '/api/',
    '/api/default',
    '/api/default/unheard',
    '/api/default/eval/more',
    '/api//eval',
    '/sse/default',
    '/sse/default/eval',
    '/sse/default/eval/',
    '/sse/default/unheard/e30',
    '/configuration-files',
    '/configuration-files/',
    '//api/default/keys',
    '/nothing?token=tok',
    '/api/default/eval//',
    '/hook-tests',
  ])('%s that is none is answered 404', async (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await request(`${bed.base}${path}`, { method });
      expect(answer).toMatchObject(plainText(404, '404 page not found'));
      expectPlainText(answer.headers);
    }
  });

  it.each(['/./api/default/keys', '/x/../api/default/keys', '/api/./keys', '/api/default/../keys'])(
    '%s that is not clean is answered 404, and nobody is redirected',
    async (path) => {
      expect(await statusOf(bed.base, path)).toBe(404);
    },
  );

  it.each([CONFIG, '/api/default/keys', '/healthz', '/readyz'])(
    '%s may end in one slash, and not in two',
    async (path) => {
      await expect.poll(async () => (await request(bed.base + path)).status, PATIENCE).toBe(200);
      expect((await request(`${bed.base}${path}/`)).status).toBe(200);
      expect((await request(`${bed.base}${path}/?query`)).status).toBe(200);
      expect((await request(`${bed.base}${path}//`)).status).toBe(404);
    },
  );

  it('of a route group that is off is answered 404', async () => {
    for (const path of [...GET_ROUTES, ...POST_ROUTES]) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await request(off.base + path, { method });
        expect(answer).toMatchObject(plainText(404, '404 page not found'));
      }
    }
  });
});

describe('a method', () => {
  it.each(GET_ROUTES)('that %s has not is answered 405', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await request(bed.base + path, { method });
      expect(answer).toMatchObject(plainText(405, 'Method Not Allowed'));
      expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
      expectPlainText(answer.headers);
    }
  });

  it.each(POST_ROUTES)('that %s has not is answered 405', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await request(bed.base + path, { method });
      expect(answer).toMatchObject(plainText(405, 'Method Not Allowed'));
      expect(answer.headers.get('allow')).toBe('OPTIONS, POST');
    }
  });

  it.each([CONFIG, '/api/default/keys', '/sse/default/eval-all'])(
    'HEAD of %s sends the headers of GET and ends',
    async (path) => {
      await expect.poll(async () => (await request(bed.base + CONFIG)).status, PATIENCE).toBe(200);
      const answer = await request(bed.base + path, { method: 'HEAD' });
      expect(answer).toMatchObject({ status: 200, text: '' });
      expect(answer.headers.get('content-type')).toMatch(
        /^(application\/json|text\/event-stream)$/,
      );
    },
  );
});

describe('an SDK id', () => {
  it.each([
    ['GET', '/configuration-files/configcat-proxy/nobody/config_v6.json'],
    ['GET', '/configuration-files/configcat-proxy/nobody'],
    ['GET', '/api/nobody/keys'],
    ['POST', '/api/nobody/eval'],
    ['POST', '/api/nobody/eval-all'],
    ['GET', '/sse/nobody/eval-all'],
    ['GET', '/sse/nobody/eval/e30'],
    ['GET', '/api/__proto__/keys'],
  ])('that is none: %s %s is answered 404', async (method, path) => {
    const answer = await request(bed.base + path, {
      method,
      ...(method === 'POST' && { body: '{}' }),
    });
    expect(answer).toMatchObject(plainText(404, 'could not identify a configured SDK'));
    expectPlainText(answer.headers);
    expect(answer.headers.get('cache-control')).toBeNull();
  });

  it.each([
    '/configuration-files/configcat-proxy//config_v6.json',
    '/configuration-files/configcat-proxy%2F/config_v6.json',
    '/configuration-files/configcat-proxy%2F',
    '/configuration-files/configcat-proxy%2F%2Fconfig_v6.json',
    '/configuration-files/%2Fconfig_v6.json',
    '/configuration-files/%',
    '/configuration-files/%2F',
    '/configuration-files/configcat-proxy/config_v6.json',
    '/configuration-files/config_v6.json',
  ])('whose config nobody can mean is answered 404, never 400: %s', async (path) => {
    for (const query of ['', '?ccetag=*']) {
      expect(await request(bed.base + path + query)).toMatchObject(
        plainText(404, 'could not identify a configured SDK'),
      );
    }
  });

  it('may leave out the suffix of its config', async () => {
    const path = `${bed.base}/configuration-files/configcat-proxy/other_id`;
    await expect.poll(async () => (await request(path)).status, PATIENCE).toBe(200);
    expect((await request(path)).text).toBe((await request(`${path}/config_v6.json`)).text);
  });
});

describe('health', () => {
  let database: TestDatabase;
  let service: TestService;
  let diagnostics: string;
  beforeAll(async () => {
    const port = await freePort();
    diagnostics = `http://127.0.0.1:${port}`;
    database = await createTestDatabase();
    service = await startTestService(database.url, {
      diag: { enabled: true, port, host: '127.0.0.1' },
      engage: { destinations: { dest: { token: TOKEN } } },
    });
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  it('is told on both ports', async () => {
    for (const base of [service.base, diagnostics]) {
      expect(await request(`${base}/healthz`)).toMatchObject({ status: 200 });
      await expect.poll(async () => (await request(`${base}/readyz`)).status, PATIENCE).toBe(200);
      expect(await request(`${base}/readyz`, { method: 'HEAD' })).toMatchObject({ status: 200 });
      expect(await request(`${base}/readyz`, { method: 'POST' })).toMatchObject({ status: 405 });
    }
  });

  it('is ready when every route answers, the first config too', async () => {
    const started = await startTestService(database.url);
    for (const path of [CONFIG, '/api/default/keys']) {
      expect(await request(started.base + path)).toMatchObject({ status: 200 });
    }
    await started.stop();
  });

  it('is all that the diagnostics port tells', async () => {
    for (const path of ['/', '/api/default/keys', CONFIG, '/engage/dest/events']) {
      expect(await request(diagnostics + path)).toMatchObject({ status: 404 });
    }
  });
});

/** Of a path as it is, where fetch would tidy it up. */
function statusOf(base: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    get({ hostname, port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

/** Of loopback. Another program could take it before the service does; none of this run's will. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
