import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Binder } from '../bind.js';
import { Options } from '../options.js';
import { Problems, type Problem } from '../problems.js';
import { checkTls } from './tls.rules.js';

// Made for this test alone, self-signed for localhost.
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUCj6AtD2nrmCa3vckLNilZY9dFBEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDIyMDI0OVoYDzIxMjYxMDI3
MjIwMjQ5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ9iCNm0I7GjKvAHXqAzfuYO4ZbfMBR2kl6yEkPzYlhbjGLiUjaWrlC
wX61YrmJrIpFnyo4s0Jb0gq8EzQFOm/do1MwUTAdBgNVHQ4EFgQUlxZc9neiX48U
60scS+eJVaHzsREwHwYDVR0jBBgwFoAUlxZc9neiX48U60scS+eJVaHzsREwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA7qk7us96kp2p4SM9ycJw
60WT+2cDylSyWz/XebQaUzoCIQCnIt9uY8L5jqMCVq5tPmM9H7y0YkGyXkyc9ANq
uSWbdA==
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7ZAVfYjhBfy32770
DYkVC6qa3XFrbUcHPPft0a6cyu+hRANCAAQ9iCNm0I7GjKvAHXqAzfuYO4ZbfMBR
2kl6yEkPzYlhbjGLiUjaWrlCwX61YrmJrIpFnyo4s0Jb0gq8EzQFOm/d
-----END PRIVATE KEY-----
`;

function fileOf(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'tls-')), 'x.pem');
  writeFileSync(file, content);
  return file;
}

function check(tls: unknown): readonly Problem[] {
  const problems = new Problems();
  checkTls(new Binder(problems).bind(Options, { tls }).tls, problems);
  return problems.all();
}

describe('TLS', () => {
  const cert = fileOf(CERTIFICATE);
  const key = fileOf(KEY);

  it('takes a certificate with its key', () => {
    expect(check({ enabled: true, certificates: [{ cert, key }] })).toEqual([]);
  });

  it('needs a certificate when it is on, and looks at none when it is off', () => {
    expect(check({ enabled: true })).toMatchObject([{ path: 'tls.certificates' }]);
    expect(check({ certificates: [{ cert: '/gone', key: '/gone' }] })).toEqual([]);
  });

  it('needs files that can be read', () => {
    expect(check({ enabled: true, certificates: [{ cert: '/gone.pem', key }] })).toEqual([
      { path: 'tls.certificates[0].cert', message: "names /gone.pem, which can't be read" },
    ]);
  });

  it('needs both names', () => {
    expect(check({ enabled: true, certificates: [{ cert }] })).toEqual([
      { path: 'tls.certificates[0].key', message: 'is needed' },
    ]);
  });

  it('refuses what is no certificate, without showing it', () => {
    const certificates = [{ cert: key, key: cert }];
    expect(check({ enabled: true, certificates })).toEqual([
      {
        path: 'tls.certificates[0]',
        message: 'does not hold a PEM certificate and the private key that belongs to it',
      },
    ]);
  });
});
