import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface BasicAuth {
  readonly user: string;
  readonly password: string;
}

export interface Demands {
  /** Every request must bring all of them. */
  readonly authHeaders: Readonly<Record<string, string>>;
  /** And these, where they are set. */
  readonly basicAuth?: BasicAuth | undefined;
}

/** What requests must bring. Everything is compared whichever is wrong first, in one time. */
export class RequestCredentials {
  private readonly headers: ReadonlyArray<readonly [string, readonly Buffer[]]>;
  private readonly basic: { readonly user: Buffer; readonly password: Buffer } | undefined;

  constructor({ authHeaders, basicAuth }: Demands) {
    this.headers = Object.entries(authHeaders).map(
      ([name, secret]) => [name.toLowerCase(), formsOf(secret).map(digest)] as const,
    );
    this.basic = basicAuth && {
      user: digest(basicAuth.user),
      password: digest(basicAuth.password),
    };
  }

  areIn(request: IncomingMessage): boolean {
    // Most groups demand nothing, and Node makes the object of headers only when it is asked.
    if (this.headers.length === 0 && this.basic === undefined) return true;
    const { headers } = request;
    let areRight = true;
    for (const [name, forms] of this.headers) {
      const given = headers[name];
      if (!isOneOf(typeof given === 'string' ? given : '', forms)) areRight = false;
    }
    if (this.basic !== undefined) {
      const given = basicAuthOf(headers.authorization);
      if (!isSame(given?.user ?? '', this.basic.user)) areRight = false;
      if (!isSame(given?.password ?? '', this.basic.password)) areRight = false;
      if (given === undefined) areRight = false;
    }
    return areRight;
  }
}

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;

/** RFC 7617: the first colon ends the user. */
function basicAuthOf(header: string | undefined): BasicAuth | undefined {
  const encoded = header === undefined ? undefined : BASIC.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Its bytes as clients send them in a header: most as UTF-8, some as Latin-1, where it can be that. */
function formsOf(secret: string): readonly Buffer[] {
  const latin1 = Buffer.from(secret, 'latin1');
  const isLatin1 = latin1.toString('latin1') === secret;
  return [Buffer.from(secret), ...(isLatin1 ? [latin1] : [])];
}

/** Nothing is never right, whatever is asked for. Node reads the bytes of a header as Latin-1. */
function isOneOf(given: string, forms: readonly Buffer[]): boolean {
  const bytes = digest(Buffer.from(given, 'latin1'));
  const matches = forms.filter((form) => timingSafeEqual(bytes, form));
  return matches.length > 0 && given !== '';
}

function isSame(given: string, secret: Buffer): boolean {
  return timingSafeEqual(digest(given), secret);
}

/** Digests have one length, so comparing them takes one time. */
function digest(secret: string | Buffer): Buffer {
  return createHash('sha256').update(secret).digest();
}
