import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { AudienceSyncError } from '../error.js';
import type { CertificateOptions } from '../options/tls.options.js';
import type { TlsVersion } from '../options/format/tls-version.format.js';

const DAY_MS = 86_400_000;
/** Later than any client that renews by itself does: it asks a month before, or at two thirds. */
const SOON_MS = 7 * DAY_MS;
const SOON_SHARE = 1 / 3;
/** What OpenSSL 3 asks for before it speaks these at all: their signatures use SHA-1. */
const OLD_VERSIONS: ReadonlySet<string> = new Set(['TLSv1', 'TLSv1.1']);
const CIPHERS_OF_OLD_VERSIONS = 'DEFAULT@SECLEVEL=0';

export class CertificateError extends AudienceSyncError {
  readonly code = 'certificate_unusable';
}

/** A certificate and its key as their files hold them. The key is a secret. */
export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

interface Usable {
  readonly pem: PemPair;
  readonly certificate: X509Certificate;
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

export interface CertificatePairSettings {
  /** In `tls.certificates`. */
  readonly index: number;
  readonly files: CertificateOptions;
  readonly minVersion: TlsVersion;
  /** For where the files can't be used: what another process read of them. */
  readonly known: PemPair | undefined;
}

/** One of `tls.certificates`, as it was when its files could last be used. */
export class CertificatePair {
  private usable: Usable;
  private seen = '';
  private unusable: CertificateError | undefined;

  /** @throws CertificateError where the files can't be used, and nothing is known */
  constructor(private readonly settings: CertificatePairSettings) {
    try {
      this.usable = this.read();
    } catch (cause) {
      this.unusable = this.why(cause);
      if (settings.known === undefined) throw this.unusable;
      this.usable = usableOf(settings.known, settings.minVersion);
    }
  }

  get pem(): PemPair {
    return this.usable.pem;
  }

  get options(): SecureContextOptions {
    return this.usable.options;
  }

  get context(): SecureContext {
    return this.usable.context;
  }

  /** Why the files can't be used now; undefined: they can. */
  get trouble(): CertificateError | undefined {
    return this.unusable;
  }

  /** Whether the certificate is for this server. */
  names(server: string): boolean {
    return this.usable.certificate.checkHost(server) !== undefined;
  }

  /** What to tell of its end when that is near, by milliseconds since 1970. */
  expiry(now: number): string | undefined {
    const { validFrom, validTo } = this.usable.certificate;
    const end = Date.parse(validTo);
    const soon = Math.min(SOON_MS, (end - Date.parse(validFrom)) * SOON_SHARE);
    if (now < end - soon) return undefined;
    const verb = now < end ? 'expires' : 'expired';
    return `${this.name}: ${this.settings.files.cert} ${verb} at ${new Date(end).toISOString()}: renew it.`;
  }

  /** Looks at the files, and reads them where they changed. @returns whether they are used from now on */
  async look(): Promise<boolean> {
    const { cert, key } = this.settings.files;
    try {
      const looks = (await Promise.all([cert, key].map(looksOf))).join();
      if (looks === this.seen) return false;
      // Before reading: what is written meanwhile looks different again. A bad pair is read once, and
      // the first look reads, too, for what came between the constructor and it.
      this.seen = looks;
      this.usable = this.read();
      this.unusable = undefined;
      return true;
    } catch (cause) {
      if (isMissing(cause)) this.seen = '';
      this.unusable = this.why(cause);
      return false;
    }
  }

  private get name(): string {
    return `tls.certificates[${this.settings.index}]`;
  }

  private read(): Usable {
    const { files, minVersion } = this.settings;
    const [cert, key] = [readFileSync(files.cert, 'utf8'), readFileSync(files.key, 'utf8')];
    return usableOf({ cert, key }, minVersion);
  }

  /** OpenSSL's words name what is wrong, and hold nothing of the files. */
  private why(cause: unknown): CertificateError {
    const { cert, key } = this.settings.files;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new CertificateError(`${this.name}: ${cert} and ${key} can't be used (${reason}).`, {
      cause,
    });
  }
}

function usableOf(pem: PemPair, minVersion: TlsVersion): Usable {
  const options: SecureContextOptions = {
    ...pem,
    minVersion,
    ...(OLD_VERSIONS.has(minVersion) && { ciphers: CIPHERS_OF_OLD_VERSIONS }),
  };
  const context = createSecureContext(options);
  return { pem, certificate: new X509Certificate(pem.cert), options, context };
}

/** Asked rather than watched, for atomic renames, swapped symlinks and network file systems alike. */
async function looksOf(file: string): Promise<string> {
  const { dev, ino, size, mtimeMs, ctimeMs } = await stat(file);
  return `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`;
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause && cause.syscall === 'stat';
}
