import { mustBe, parsed, type Format } from './format.js';

/** As `node:tls` names them. */
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

const VERSIONS = new Map<string, TlsVersion>([
  ['1', 'TLSv1'],
  ['1.0', 'TLSv1'],
  ['1.1', 'TLSv1.1'],
  ['1.2', 'TLSv1.2'],
  ['1.3', 'TLSv1.3'],
]);

/** The ConfigCat Proxy's number of a TLS version, as `node:tls` names it. */
export const tlsVersion: Format<TlsVersion> = {
  name: '`1.0`, `1.1`, `1.2` or `1.3`',
  show: (version) => version.replace('TLSv', ''),
  parse: (raw) => {
    const version = VERSIONS.get(typeof raw === 'number' ? String(raw) : textOf(raw));
    return version === undefined ? mustBe('must be 1.0, 1.1, 1.2 or 1.3') : parsed(version);
  },
};

function textOf(raw: unknown): string {
  return typeof raw === 'string' ? raw : '';
}
