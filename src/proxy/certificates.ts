import type { SecureContext, SecureContextOptions } from 'node:tls';
import { Loop, type LoopRegistry } from '../loop.js';
import type { TlsOptions } from '../options/tls.options.js';
import { CertificateError, CertificatePair, type PemPair } from './certificate-pair.js';

/** Certificates are renewed every few weeks; looking costs two stat() calls each. */
const LOOK_INTERVAL_MS = 2_000;
const HOUR_MS = 3_600_000;
/** A pair that can't be used is named again after so long, one that expires soon after a day. */
const TROUBLE_AGAIN_MS = HOUR_MS;
const EXPIRY_AGAIN_MS = 24 * HOUR_MS;

export interface CertificatesSettings {
  /** Told, each hour, of a pair whose files can't be used; what they held before goes on. */
  readonly onError: (error: unknown) => void;
  /** Told, each day, of a certificate that expires soon. */
  readonly onWarning?: (warning: string) => void;
  /** What another process read of the files, for those that can't be used now. */
  readonly known?: readonly PemPair[];
  /** Milliseconds between looks at the files. */
  readonly interval?: number;
  readonly loops?: LoopRegistry;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface Said {
  readonly text: string;
  readonly at: number;
}

/**
 * The certificates of a server: which one a client gets, and what became of their files. A renewed
 * pair is used from the next look on, without a restart, whatever the others are like.
 */
export class Certificates {
  private readonly pairs: readonly [CertificatePair, ...CertificatePair[]];
  private readonly loop: Loop;
  private readonly listeners: Array<() => void> = [];
  /** What was wrong at the last look. */
  private readonly seen = new Map<CertificatePair, string | undefined>();
  private readonly troubles = new Map<CertificatePair, Said>();
  private readonly expiries = new Map<CertificatePair, Said>();
  private readonly now: () => number;

  /** Reads all files. @throws CertificateError */
  constructor(
    { certificates, minVersion }: TlsOptions,
    private readonly settings: CertificatesSettings,
  ) {
    const { known = [], interval = LOOK_INTERVAL_MS, loops, now = Date.now } = settings;
    this.now = now;
    const [first, ...rest] = certificates.map(
      (files, index) => new CertificatePair({ index, files, minVersion, known: known[index] }),
    );
    if (first === undefined) {
      throw new CertificateError('tls.certificates needs at least one {cert, key}.');
    }
    this.pairs = [first, ...rest];
    this.loop = new Loop({
      name: 'certificates',
      interval,
      run: () => this.look(),
      onError: settings.onError,
      ...(loops !== undefined && { registry: loops }),
    });
  }

  /** Of the first pair: what a client gets that names no server. */
  get first(): SecureContextOptions {
    return this.pairs[0].options;
  }

  /** What is used now, in the order of the options: secrets. */
  get pems(): readonly PemPair[] {
    return this.pairs.map(({ pem }) => pem);
  }

  /** The first whose certificate holds the name, else the first of all. */
  contextFor(serverName: string): SecureContext {
    const pair = this.pairs.find((one) => one.names(serverName));
    return (pair ?? this.pairs[0]).context;
  }

  /** Called after pairs were replaced. */
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
    const changes = await Promise.all(this.pairs.map((pair) => pair.look()));
    if (changes.includes(true)) this.listeners.forEach((listener) => listener());
    const { onError, onWarning } = this.settings;
    for (const pair of this.pairs) {
      const { trouble } = pair;
      // A pair is two files: between the one and the other it is no pair for a moment.
      const isSettled = this.seen.get(pair) === trouble?.message;
      this.seen.set(pair, trouble?.message);
      const text = isSettled ? trouble?.message : undefined;
      if (this.isDue(this.troubles, pair, { text, again: TROUBLE_AGAIN_MS })) onError(trouble);
      const expiry = pair.expiry(this.now());
      if (this.isDue(this.expiries, pair, { text: expiry, again: EXPIRY_AGAIN_MS })) {
        onWarning?.(expiry ?? '');
      }
    }
  }

  /** Whether to say it: it is new, or was said long ago. Undefined: there is nothing to say any more. */
  private isDue(
    said: Map<CertificatePair, Said>,
    pair: CertificatePair,
    { text, again }: { readonly text: string | undefined; readonly again: number },
  ): boolean {
    const before = said.get(pair);
    if (text === undefined) {
      said.delete(pair);
      return false;
    }
    const now = this.now();
    if (before?.text === text && now - before.at < again) return false;
    said.set(pair, { text, at: now });
    return true;
  }
}
