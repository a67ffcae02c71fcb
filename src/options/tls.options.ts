import { onOff } from './format/switch.format.js';
import { text } from './format/text.format.js';
import { tlsVersion, type TlsVersion } from './format/tls-version.format.js';
import { BY_PATH, Items, Option } from './option.js';

/** One certificate and its key. */
export class CertificateOptions {
  /** Absolute once loaded. */
  @Option({ is: text, does: 'Path of the certificate (PEM).', required: true })
  readonly cert: string;

  /** Absolute once loaded. */
  @Option({ is: text, does: 'Path of its private key (PEM).', required: true })
  readonly key: string;
}

/** TLS of the main server. The ConfigCat Proxy's diagnostics know none either, and scrapers ask them in the clear. */
export class TlsOptions {
  @Option({
    is: onOff,
    does: 'Whether the main server speaks TLS; diagnostics do not.',
    default: false,
    env: BY_PATH,
  })
  readonly enabled: boolean;

  /** As `node:tls` names it. */
  @Option({
    is: tlsVersion,
    does: 'The least TLS version.',
    default: 'TLSv1.2',
    env: BY_PATH,
    unset: 0,
  })
  readonly minVersion: TlsVersion;

  @Items(CertificateOptions, {
    does: 'Certificates to choose from by the name that a client asks for, else the first. Files that change are taken anew.',
    env: BY_PATH,
  })
  readonly certificates: readonly CertificateOptions[];
}
