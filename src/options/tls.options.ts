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

/** TLS of both servers. */
export class TlsOptions {
  @Option({ is: onOff, does: 'Whether the servers speak TLS.', default: false, env: BY_PATH })
  readonly enabled: boolean;

  /** As `node:tls` names it. */
  @Option({ is: tlsVersion, does: 'The least TLS version.', default: 'TLSv1.2', env: BY_PATH })
  readonly minVersion: TlsVersion;

  @Items(CertificateOptions, { does: 'Certificates to choose from.', env: BY_PATH })
  readonly certificates: readonly CertificateOptions[];
}
