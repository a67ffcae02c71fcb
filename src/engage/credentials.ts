import { createHash, timingSafeEqual } from 'node:crypto';
import { isJsonObject } from './json-value.js';

/** What a request's headers and query say of who calls. */
export interface Presented {
  readonly authorization: string | undefined;
  readonly query: URLSearchParams;
}

/** More `?token=` than any caller has; each costs a digest. */
const MAX_QUERY_TOKENS = 4;

/**
 * Every token the request presents: Bearer, the user and the password of Basic, and `?token=`
 * (contracts/engage.md §2). Empty ones are left out.
 */
export function presentedTokens({ authorization, query }: Presented): readonly string[] {
  const bearer = bearerToken(authorization);
  const basic = basicPair(authorization);
  const inQuery = query.getAll('token').slice(0, MAX_QUERY_TOKENS);
  return withoutEmpty([bearer, basic?.user, basic?.password, ...inQuery]);
}

/** The write keys of a Tracking API call: the Basic user, and `writeKey` of the parsed body. */
export function presentedWriteKeys(
  authorization: string | undefined,
  body: unknown,
): readonly string[] {
  const inBody = isJsonObject(body) ? body['writeKey'] : undefined;
  return withoutEmpty([
    basicPair(authorization)?.user,
    typeof inBody === 'string' ? inBody : undefined,
  ]);
}

/** The service token of a synced-segment call, which stands in `Authorization` without a scheme. */
export function presentedServiceTokens(authorization: string | undefined): readonly string[] {
  return withoutEmpty([authorization]);
}

/** Secrets as SHA-256 digests: all of one length, so that comparing them tells nothing of theirs. */
export type SecretDigests = readonly Buffer[];

/** Made once, when options are loaded. An empty secret is none, and matches nothing. */
export function digestSecrets(secrets: readonly string[]): SecretDigests {
  return withoutEmpty(secrets).map(sha256);
}

/** Whether any of the presented texts is one of the secrets; takes as long for right as for wrong. */
export function matchesSecret(presented: readonly string[], secrets: SecretDigests): boolean {
  let isMatch = false;
  for (const digest of presented.map(sha256)) {
    for (const secret of secrets) {
      if (timingSafeEqual(digest, secret)) isMatch = true;
    }
  }
  return isMatch;
}

/**
 * The owners (destinations by write key) whose secret was presented; all of them are compared, so
 * that the time does not tell which.
 */
export function ownersOfSecret<T>(
  presented: readonly string[],
  owners: readonly { readonly secrets: SecretDigests; readonly owner: T }[],
): readonly T[] {
  return owners
    .filter(({ secrets }) => matchesSecret(presented, secrets))
    .map(({ owner }) => owner);
}

function bearerToken(authorization: string | undefined): string | undefined {
  return authorization?.match(/^bearer +(\S+) *$/i)?.[1];
}

function basicPair(
  authorization: string | undefined,
): { readonly user: string; readonly password: string } | undefined {
  const encoded = authorization?.match(/^basic +(\S+) *$/i)?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  // A lone token without its colon is what hand-made callers encode.
  if (colon < 0) return { user: pair, password: '' };
  return { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function withoutEmpty(texts: readonly (string | undefined)[]): readonly string[] {
  return texts.filter((text): text is string => text !== undefined && text !== '');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
