import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { CertificateFiles } from '../support/certificate-files.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { testOptions } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { TestBed } from '../support/test-bed.js';

const files = new CertificateFiles();
beforeAll(() => files.renew('localhost'));
/** Nobody listens: TLS needs no database. */
const NO_DATABASE = 'postgres://nobody@127.0.0.1:1/none';

/** One that trusts the certificate, and asks for its name. */
function get(url: string): Promise<{ readonly status: number; readonly httpVersion: string }> {
  const { port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', servername: 'localhost', port, path: pathname };
    requestHttps({ ...options, ca: files.pem, agent: false }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, httpVersion: answer.httpVersion });
    })
      .on('error', reject)
      .end();
  });
}

/** A service of its own, which needs no database to speak TLS; the caller ends it. */
async function spawn(
  tls: object,
  databaseUrl = NO_DATABASE,
): Promise<{ readonly service: SpawnedService; readonly end: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'audience-sync-tls-'));
  const options = testOptions(databaseUrl, { diag: { enabled: true }, tls });
  await writeFile(join(directory, 'options.yml'), stringify(options));
  const service = new SpawnedService({ cwd: directory });
  const end = async (): Promise<void> => {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { service, end };
}

describe('with tls.enabled', () => {
  it('the main port speaks HTTP/1.1 over TLS, and says https; diagnostics stay in the clear', async () => {
    const { cert, key } = files;
    const { service, end } = await spawn({ enabled: true, certificates: [{ cert, key }] });
    try {
      await service.listening();
      expect(service.base).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      expect(await get(`${service.base}/healthz`)).toEqual({ status: 200, httpVersion: '1.1' });
      expect((await request(`${service.diagnostics}/healthz`)).status).toBe(200);
      await expect(fetch(service.base.replace('https', 'http'))).rejects.toThrow('fetch failed');
    } finally {
      await end();
    }
  });

  it.each([
    ['missing', { cert: '/gone.pem', key: '/gone.key' }, 'tls.certificates[0].cert'],
    ['no pair', { cert: import.meta.filename, key: import.meta.filename }, 'tls.certificates[0]'],
  ])('files that are %s end the start with the path of the option', async (_, pair, path) => {
    const { service, end } = await spawn({ enabled: true, certificates: [pair] });
    try {
      expect(await service.end).toEqual({ code: 1, signal: null });
      expect(service.output).toContain(path);
    } finally {
      await end();
    }
  });
});

describe('the whole service over TLS', () => {
  const bed = new TestBed();

  it('streams, and tells streams to come back when it stops', async () => {
    const { service, end } = await spawn(
      { enabled: true, certificates: [{ cert: files.cert, key: files.key }] },
      bed.databaseUrl,
    );
    try {
      await service.listening();
      await eventually(async () => {
        expect(await get(`${service.base}/readyz`)).toMatchObject({ status: 200 });
      });
      const stream = await new Promise<IncomingMessage>((resolve, reject) => {
        const { port } = new URL(service.base);
        const options = { host: '127.0.0.1', servername: 'localhost', port, ca: files.pem };
        requestHttps({ ...options, path: '/sse/default/eval-all', agent: false }, resolve)
          .on('error', reject)
          .end();
      });
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
      await eventually(() => expect(text).toContain('data: {}\n\n'));
      service.kill('SIGTERM');
      expect(await service.end).toEqual({ code: 0, signal: null });
      expect(text).toMatch(/retry: \d+\n\n$/);
    } finally {
      await end();
    }
  });

  it('serves with workers, too, and takes a renewed certificate', async () => {
    const own = new CertificateFiles();
    await own.renew('localhost');
    const directory = await mkdtemp(join(tmpdir(), 'audience-sync-tls-'));
    const options = testOptions(bed.databaseUrl, {
      http: { port: 0, host: '127.0.0.1', workers: 2 },
      tls: { enabled: true, certificates: [{ cert: own.cert, key: own.key }] },
    });
    await writeFile(join(directory, 'options.yml'), stringify(options));
    const service = new SpawnedService({ cwd: directory });
    try {
      await service.listening();
      const trusts = async (ca: string): Promise<unknown> =>
        new Promise((resolve) => {
          const { port } = new URL(service.base);
          const url = { host: '127.0.0.1', servername: 'localhost', port, path: '/healthz' };
          requestHttps({ ...url, ca, agent: false }, (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          })
            .on('error', () => resolve('untrusted'))
            .end();
        });
      const first = own.pem;
      expect(await trusts(first)).toBe(200);
      await own.renew('localhost');
      await eventually(async () => {
        expect([await trusts(own.pem), await trusts(own.pem)]).toEqual([200, 200]);
      });
      expect(await trusts(first)).toBe('untrusted');
    } finally {
      await service.stop();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
