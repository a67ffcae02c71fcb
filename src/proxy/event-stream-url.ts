import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { User } from '../evaluation/user.js';

/** A URL has to fit into the headers of a request, beside the others. */
const MAX_URL_LENGTH = 8_000;

const HOST = /^[A-Za-z0-9.\-_]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;

/** Where clients reach this service: under its public URL, or as the request did; undefined: not known. */
export function originOf(
  request: IncomingMessage,
  publicUrl: string | undefined,
): string | undefined {
  if (publicUrl !== undefined) return publicUrl.replace(/\/$/, '');
  const { host = '', 'x-forwarded-proto': forwarded } = request.headers;
  // It goes back to whoever sent it, and to nobody else: yet no text that is no host.
  if (!HOST.test(host)) return undefined;
  const isSecure = request.socket instanceof TLSSocket || isHttps(forwarded);
  return `${isSecure ? 'https' : 'http'}://${host}`;
}

/** Of several proxies, the one that the client asked stands first. */
function isHttps(forwarded: string | readonly string[] | undefined): boolean {
  return typeof forwarded === 'string' && /^https\b/i.test(forwarded);
}

/**
 * The stream that tells a user's client when to ask for all flags again; the same for the same user,
 * so that a client keeps its stream. Undefined: it would be too long.
 */
export function eventStreamPath(sdkId: string, given: User | undefined): string | undefined {
  const user =
    given && Object.fromEntries(Object.entries(given).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const data = Buffer.from(JSON.stringify({ user })).toString('base64url');
  const path = `/sse/${encodeURIComponent(sdkId)}/refetch/${data}`;
  return path.length > MAX_URL_LENGTH ? undefined : path;
}
