import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Problems } from '../problems.js';
import type { TlsOptions } from '../tls.options.js';

/** With TLS on: a certificate, readable files, and keys that belong to them. */
export function checkTls({ enabled, certificates }: TlsOptions, problems: Problems): void {
  if (!enabled) return;
  if (certificates.length === 0 && !problems.has('tls.certificates')) {
    problems.add('tls.certificates', 'needs at least one {cert, key} with tls.enabled');
  }
  certificates.forEach((certificate, index) => {
    const path = `tls.certificates[${index}]`;
    // Without both names there is nothing to read.
    if (problems.has(`${path}.cert`) || problems.has(`${path}.key`)) return;
    const cert = read(certificate.cert, `${path}.cert`, problems);
    const key = read(certificate.key, `${path}.key`, problems);
    if (cert !== undefined && key !== undefined && !belongTogether(cert, key)) {
      problems.add(path, 'does not hold a PEM certificate and the private key that belongs to it');
    }
  });
}

function read(file: string, path: string, problems: Problems): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    problems.add(path, `names ${file}, which can't be read`);
    return undefined;
  }
}

function belongTogether(cert: Buffer, key: Buffer): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}
