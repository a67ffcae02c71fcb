import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rename } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CertificateFiles } from '../../test/support/certificate-files.js';
import { eventually } from '../../test/support/eventually.js';
import type { TlsOptions } from '../options/tls.options.js';
import { CertificateError } from './certificate-pair.js';
import { Certificates, type CertificatesSettings } from './certificates.js';
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

  async function start(
    over: Partial<TlsOptions> = {},
    settings: Partial<CertificatesSettings> = {},
  ): Promise<number> {
    const certificates = new Certificates(
      { enabled: true, minVersion: 'TLSv1.2', certificates: [shop, admin], ...over },
      { onError: (error) => errors.push(String(error)), interval: LOOK_MS, ...settings },
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

  it('are renewed each by itself, though another pair is bad', async () => {
    const [bad, good] = [new CertificateFiles(), new CertificateFiles()];
    await Promise.all([bad.renew('bad.test'), good.renew('good.test')]);
    const port = await start({ certificates: [bad, good] });
    await bad.replaceKey('no key');
    await eventually(() => expect(errors).toHaveLength(1));
    await good.renew('renewed.test');
    await eventually(async () => expect(await nameAt(port, 'renewed.test')).toBe('renewed.test'));
    expect(await nameAt(port)).toBe('bad.test');
    expect(errors).toHaveLength(1);
  });

  it('stay when a file is taken away, and the others are renewed', async () => {
    const [gone, good] = [new CertificateFiles(), new CertificateFiles()];
    await Promise.all([gone.renew('gone.test'), good.renew('good.test')]);
    const port = await start({ certificates: [gone, good] });
    await rename(gone.cert, `${gone.cert}.old`);
    await eventually(() => expect(errors).toEqual([expect.stringContaining('ENOENT')]));
    await good.renew('renewed.test');
    await eventually(async () => expect(await nameAt(port, 'renewed.test')).toBe('renewed.test'));
    expect(await nameAt(port)).toBe('gone.test');
    await gone.renew('back.test');
    await eventually(async () => expect(await nameAt(port)).toBe('back.test'));
  });

  it('that can not be used are named again each hour, until they can', async () => {
    const own = new CertificateFiles();
    await own.renew('good.test');
    let now = Date.now();
    const port = await start({ certificates: [own] }, { now: () => now });
    await own.replaceKey('no key');
    await eventually(() => expect(errors).toHaveLength(1));
    now += 3_600_000;
    await eventually(() => expect(errors).toHaveLength(2));
    expect(errors[1]).toBe(errors[0]);
    await own.renew('mended.test');
    await eventually(async () => expect(await nameAt(port)).toBe('mended.test'));
    now += 3_600_000;
    await own.replaceKey('no key again');
    await eventually(() => expect(errors).toHaveLength(3));
  });

  it('that expire soon are told of each day', async () => {
    const own = new CertificateFiles();
    await own.renew('old.test');
    const end = Date.parse(new X509Certificate(own.pem).validTo);
    let now = end - 8 * 86_400_000;
    const warnings: string[] = [];
    const onWarning = (warning: string): void => void warnings.push(warning);
    const port = await start({ certificates: [own] }, { now: () => now, onWarning });
    await own.renew('older.test');
    await eventually(async () => expect(await nameAt(port)).toBe('older.test'));
    expect(warnings).toEqual([]);
    now = end - 6 * 86_400_000;
    await eventually(() => expect(warnings).toHaveLength(1));
    expect(warnings[0]).toContain(`tls.certificates[0]: ${own.cert} expires at `);
    now += 86_400_000;
    await eventually(() => expect(warnings).toHaveLength(2));
    now = end + 60_000;
    await eventually(() => expect(warnings.at(-1)).toContain(`${own.cert} expired at `));
    expect(errors).toEqual([]);
  });

  it('are those that another process read, where the files can not be used', async () => {
    const own = new CertificateFiles();
    await own.renew('known.test');
    const known = [{ cert: own.pem, key: await readFile(own.key, 'utf8') }];
    await own.replaceKey('no key');
    const port = await start({ certificates: [own] }, { known });
    expect(await nameAt(port)).toBe('known.test');
    await eventually(() => expect(errors).toHaveLength(1));
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
