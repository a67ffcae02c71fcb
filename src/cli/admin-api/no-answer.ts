import { UnreachableError } from '../cli.errors.js';

const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there: is the service running?'],
  ['ENOTFOUND', 'no such host'],
  ['EAI_AGAIN', 'its name can not be looked up now'],
  ['ECONNRESET', 'the connection broke'],
  ['EPIPE', 'the connection broke'],
  ['UND_ERR_SOCKET', 'the connection broke'],
  ['ETIMEDOUT', 'it does not answer'],
  ['UND_ERR_CONNECT_TIMEOUT', 'it does not answer'],
  ['UND_ERR_HEADERS_TIMEOUT', 'it does not answer'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed: set NODE_EXTRA_CA_CERTS'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is of nobody known: set NODE_EXTRA_CA_CERTS'],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'its certificate is of nobody known: set NODE_EXTRA_CA_CERTS',
  ],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is of another name'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
]);

/** Why nothing came back, in words; `error` is what fetch or http said. */
export function noAnswer(base: string, error: unknown): UnreachableError {
  return new UnreachableError(`No answer from ${base}: ${reasonOf(error)}`, { cause: error });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it does not answer';
  const code = codeOf(error) ?? codeOf(error.cause) ?? '';
  if (code.startsWith('HPE_')) return 'it does not speak HTTP there (is it https?)';
  const { message } = error.cause instanceof Error ? error.cause : error;
  return SENTENCES.get(code) ?? (code === '' ? message : `${message} (${code})`);
}

function codeOf(error: unknown): string | undefined {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : undefined;
}
