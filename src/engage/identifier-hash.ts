import { createHash } from 'node:crypto';

/** SHA-256 of an identifier's UTF-8: how erasure finds what must no longer hold the identifier. */
export function identifierHash(identifier: string): Buffer {
  return createHash('sha256').update(identifier, 'utf8').digest();
}
