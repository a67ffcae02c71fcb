import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CertificateFiles } from '../../test/support/certificate-files.js';
import { eventually } from '../../test/support/eventually.js';
import type { TlsOptions } from '../options/tls.options.js';
import { CertificateError, Certificates } from './certificates.js';
import { HttpServer } from './servers.js';

const LOOPBACK = '127.0.0.1';
const LOOK_MS = 10;

describe('the certificates of a server', () => {
  const shop = new CertificateFiles();
  const admin = new CertificateFiles();
  const undo: (() => unknown)[] = [];
  let errors: string[] = [];

  beforeAll(() => Promise.all([shop.renew('shop.test'), admin.renew('admin.test', '*.a.test')]));
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
    errors = [];
  });

  async function start(over: Partial<TlsOptions> = {}): Promise<number> {
    const certificates = new Certificates(
      { enabled: true, minVersion: 'TLSv1.2', certificates: [shop, admin], ...over },
      { onError: (error) => errors.push(String(error)), interval: LOOK_MS },
    );
    const server = new HttpServer(
      (_request, response) => void response.end('ok'),
      () => {},
      { certificates, timeouts: { handshake: 200 } },
    );
    certificates.start();
    undo.push(() => certificates.stop());
    undo.push(() => server.close());
    return server.listen({ host: LOOPBACK, port: 0 });
  }

  /** What the server says of itself to a client, or why there is no connection. */
  async function shakeHands(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
    const socket = connect({ port, host: LOOPBACK, rejectUnauthorized: false, ...options });
    undo.push(() => socket.destroy());
    await once(socket, 'secureConnect');
    return socket;
  }

  async function nameAt(port: number, servername?: string): Promise<unknown> {
    const socket = await shakeHands(port, servername === undefined ? {} : { servername });
    return socket.getPeerCertificate().subject.CN;
  }

  it('are chosen by the name that the client asks for, else it is the first', async () => {
    const port = await start();
    expect(await nameAt(port, 'shop.test')).toBe('shop.test');
    expect(await nameAt(port, 'admin.test')).toBe('admin.test');
    expect(await nameAt(port, 'any.a.test')).toBe('admin.test');
    expect(await nameAt(port, 'elsewhere.test')).toBe('shop.test');
    expect(await nameAt(port)).toBe('shop.test');
  });

  it('are taken anew when their files change', async () => {
    const own = new CertificateFiles();
    await own.renew('before.test');
    const port = await start({ certificates: [own] });
    expect(await nameAt(port)).toBe('before.test');
    await own.renew('after.test');
    await eventually(async () => expect(await nameAt(port)).toBe('after.test'));
    expect(await nameAt(port, 'after.test')).toBe('after.test');
  });

  it('stay when the new pair is bad, which is said once and without the key', async () => {
    const own = new CertificateFiles();
    await own.renew('good.test');
    const port = await start({ certificates: [own] });
    await eventually(async () => expect(await nameAt(port)).toBe('good.test'));
    const other = await readFile(shop.key, 'utf8');
    await own.replaceKey(other);
    await eventually(() => expect(errors).toHaveLength(1));
    expect(errors[0]).toContain('tls.certificates[0]');
    expect(errors[0]).toContain(own.key);
    expect(errors[0]).not.toContain(other.split('\n')[1]);
    expect(await nameAt(port)).toBe('good.test');
    await own.renew('mended.test');
    await eventually(async () => expect(await nameAt(port)).toBe('mended.test'));
  });

  it('must be there', () => {
    const certificates = [{ cert: '/gone.pem', key: shop.key }];
    const make = (): unknown =>
      new Certificates(
        { enabled: true, minVersion: 'TLSv1.2', certificates },
        { onError: () => {} },
      );
    expect(make).toThrow(CertificateError);
    expect(make).toThrow('tls.certificates[0]: /gone.pem');
  });

  it('come with HTTP/1.1 and no other protocol', async () => {
    const port = await start();
    const socket = await shakeHands(port, { ALPNProtocols: ['h2', 'http/1.1'] });
    expect(socket.alpnProtocol).toBe('http/1.1');
    await expect(shakeHands(port, { ALPNProtocols: ['h2'] })).rejects.toThrow(/alert/);
  });

  it.each([
    ['TLSv1.2', 'TLSv1.2', true],
    ['TLSv1.2', 'TLSv1.1', false],
    ['TLSv1.3', 'TLSv1.2', false],
    ['TLSv1.3', 'TLSv1.3', true],
    ['TLSv1.1', 'TLSv1.1', true],
  ] as const)('with %s as the least version, one with %s: %s', async (least, spoken, isTaken) => {
    const port = await start({ minVersion: least });
    const attempt = shakeHands(port, {
      minVersion: spoken,
      maxVersion: spoken,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const taken = attempt.then(
      (socket) => socket.getProtocol() === spoken,
      () => false,
    );
    expect(await taken).toBe(isTaken);
  });

  it('are not waited for by a client that never shakes hands', async () => {
    const port = await start();
    const socket = connectTcp(port, LOOPBACK);
    await once(socket, 'connect');
    await expect(once(socket.resume(), 'close')).resolves.toBeDefined();
  });

  it('let a server close while a client shakes hands', async () => {
    const certificates = new Certificates(
      { enabled: true, minVersion: 'TLSv1.2', certificates: [shop] },
      { onError: () => {} },
    );
    const server = new HttpServer(
      () => {},
      () => {},
      { certificates, timeouts: { handshake: 60_000 } },
    );
    const port = await server.listen({ host: LOOPBACK, port: 0 });
    const socket = connectTcp(port, LOOPBACK);
    await once(socket, 'connect');
    const closed = once(socket.resume(), 'close');
    await server.close();
    await expect(closed).resolves.toBeDefined();
  });
});
