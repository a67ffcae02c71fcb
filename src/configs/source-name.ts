import { createHash } from 'node:crypto';
import type { SdkSource } from '../options/sdk-source.js';

/**
 * Names a source in PostgreSQL, so that a config stored from one is never served for another: another
 * key, address or file. 64 bits of a hash: an SDK key holds over 200 random bits, which no 64 bits
 * give back. The CDN's region and a password in the address are left out: they change no config.
 * Undefined: a source that has nothing to store.
 */
export function sourceName(source: SdkSource, baseUrl: string | undefined): string | undefined {
  switch (source.kind) {
    case 'none':
      return undefined;
    case 'offline':
      return hash(['file', source.filePath]);
    case 'online':
      return hash(['key', source.key, baseUrl === undefined ? 'configcat' : placeOf(baseUrl)]);
  }
}

function placeOf(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  return origin + pathname.replace(/\/+$/, '');
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
