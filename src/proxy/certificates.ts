import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { AudienceSyncError } from '../error.js';
import { Loop, type LoopRegistry } from '../loop.js';
import type { CertificateOptions, TlsOptions } from '../options/tls.options.js';

/** Certificates are renewed every few weeks; looking costs two stat() calls each. */
const LOOK_INTERVAL_MS = 2_000;
/** What OpenSSL 3 asks for before it speaks these at all: their signatures use SHA-1. */
const OLD_VERSIONS: ReadonlySet<string> = new Set(['TLSv1', 'TLSv1.1']);
const CIPHERS_OF_OLD_VERSIONS = 'DEFAULT@SECLEVEL=0';

export class CertificateError extends AudienceSyncError {
  readonly code = 'certificate_unusable';
}

interface Pair {
  readonly names: X509Certificate;
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

export interface CertificatesSettings {
  /** Told of a new pair that can't be used; the one before it goes on. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds between looks at the files. */
  readonly interval?: number;
  readonly loops?: LoopRegistry;
}

/**
 * The certificates of a server: which one a client gets, and what became of their files. A renewed
 * pair is used from the next look on, without a restart.
 */
export class Certificates {
  private pairs: readonly [Pair, ...Pair[]];
  private readonly loop: Loop;
  private readonly listeners: Array<() => void> = [];
  private seen = '';

  /** Reads all files. @throws CertificateError */
  constructor(
    private readonly options: TlsOptions,
    { onError, interval = LOOK_INTERVAL_MS, loops }: CertificatesSettings,
  ) {
    this.pairs = this.read();
    this.loop = new Loop({
      name: 'certificates',
      interval,
      run: () => this.look(),
      onError,
      ...(loops !== undefined && { registry: loops }),
    });
  }

  /** Of the first pair: what a client gets that names no server. */
  get first(): SecureContextOptions {
    return this.pairs[0].options;
  }

  /** The first whose certificate holds the name, else the first of all. */
  contextFor(serverName: string): SecureContext {
    const pair = this.pairs.find(({ names }) => names.checkHost(serverName) !== undefined);
    return (pair ?? this.pairs[0]).context;
  }

  /** Called after the pairs were replaced. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async look(): Promise<void> {
    const files = this.options.certificates.flatMap(({ cert, key }) => [cert, key]);
    const looks = (await Promise.all(files.map(looksOf))).join();
    if (looks === this.seen) {
      return;
    }
    // Before reading: what is written meanwhile looks different again. A bad pair is read once, and
    // the first look reads, too, for what came between the constructor and it.
    this.seen = looks;
    this.pairs = this.read();
    this.listeners.forEach((listener) => listener());
  }

  private read(): readonly [Pair, ...Pair[]] {
    const { certificates, minVersion } = this.options;
    const [first, ...rest] = certificates.map((certificate, index) => {
      try {
        return readPair(certificate, minVersion);
      } catch (cause) {
        throw unusable(index, certificate, cause);
      }
    });
    if (first === undefined) {
      throw new CertificateError('tls.certificates needs at least one {cert, key}.');
    }
    return [first, ...rest];
  }
}

function readPair({ cert, key }: CertificateOptions, minVersion: TlsOptions['minVersion']): Pair {
  const pem = readFileSync(cert);
  const options: SecureContextOptions = {
    cert: pem,
    key: readFileSync(key),
    minVersion,
    ...(OLD_VERSIONS.has(minVersion) && { ciphers: CIPHERS_OF_OLD_VERSIONS }),
  };
  return { names: new X509Certificate(pem), options, context: createSecureContext(options) };
}

/** OpenSSL's words name what is wrong, and hold nothing of the files. */
function unusable(index: number, { cert, key }: CertificateOptions, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CertificateError(
    `tls.certificates[${index}]: ${cert} and ${key} can't be used (${reason}).`,
    { cause },
  );
}

/** Asked rather than watched, for atomic renames, swapped symlinks and network file systems alike. */
async function looksOf(file: string): Promise<string> {
  const { dev, ino, size, mtimeMs, ctimeMs } = await stat(file);
  return `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`;
}
