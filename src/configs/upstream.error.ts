import { STATUS_CODES } from 'node:http';
import { AudienceSyncError } from '../error.js';

/**
 * A config could not be fetched. The message is fit for a log and an HTTP answer: no URL, no key,
 * nothing the other side wrote but what a short word says.
 */
export class UpstreamError extends AudienceSyncError {
  readonly code = 'upstream_failed';

  constructor(
    message: string,
    /** The same for `/status`, in the words of the ConfigCat Proxy where it has them. */
    readonly record: string = 'config fetch failed',
  ) {
    super(message);
  }
}

/** For a status that brings no config, and confirms none. */
export function unexpectedStatus(status: number): UpstreamError {
  const named = `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  return new UpstreamError(
    `The source of the config answered ${named}. ${adviceFor(status)}`,
    `unexpected response received: ${named}`,
  );
}

function adviceFor(status: number): string {
  if (status === 403 || status === 404) {
    return 'It does not know the SDK key: correct key, and base_url where it is set.';
  }
  if (status === 304) {
    return 'That is for who knows a config already, and this request named none: a cache on the way may be wrong. It is asked again.';
  }
  if (status === 407) return 'http_proxy.url needs a user and a password.';
  if (status >= 300 && status < 400) {
    return 'Redirects are not followed, since the SDK key would go with them: set base_url to where it leads.';
  }
  return 'It is asked again.';
}

/** No part of an SDK key is so short. */
const SHORT_WORDS = /^[a-z, -]{1,16}$/i;

/** For a body in a coding that was not asked for. */
export function unknownEncoding(encoding: string): UpstreamError {
  const named = SHORT_WORDS.test(encoding) ? `'${encoding}'` : 'of another name';
  return new UpstreamError(
    `The source of the config answers in an encoding (${named}) that was not asked for: only gzip, ` +
      'deflate and br can be read.',
  );
}

/** Of zlib: for gzip and deflate, for brotli, for zstd. */
const CODES_OF_ENCODINGS = /^(?:Z_|ERR__ERROR_|ZSTD_)/;

/** For whatever a request rejected with: of an HTTP client's error only the code is told, for the rest holds the URL. */
export function unanswered(error: unknown, timedOut: boolean): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (timedOut) return new UpstreamError('The source of the config took too long to answer.');
  const { code, message } = describe(error);
  if (message.includes('maxContentLength')) {
    return new UpstreamError('The config is larger than 32 MB.');
  }
  if (CODES_OF_ENCODINGS.test(code)) {
    return new UpstreamError(
      `The answer of the source of the config is not encoded as it says (${code}).`,
    );
  }
  if (message.includes('aborted')) {
    return new UpstreamError('The answer of the source of the config broke off.');
  }
  return new UpstreamError(`The source of the config can't be reached (${code}).`);
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  const message = error instanceof Error ? error.message : '';
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  const isCode = typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code);
  return { message, code: isCode ? code : 'for an unknown reason' };
}
