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
  private readonly headers: ReadonlyArray<readonly [string, Buffer]>;
  private readonly basic: { readonly user: Buffer; readonly password: Buffer } | undefined;

  constructor({ authHeaders, basicAuth }: Demands) {
    this.headers = Object.entries(authHeaders).map(
      ([name, secret]) => [name.toLowerCase(), digest(secret)] as const,
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
    for (const [name, secret] of this.headers) {
      const given = headers[name];
      if (!isSame(typeof given === 'string' ? given : '', secret)) areRight = false;
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

function isSame(given: string, secret: Buffer): boolean {
  return timingSafeEqual(digest(given), secret);
}

/** Digests have one length, so comparing them takes one time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
