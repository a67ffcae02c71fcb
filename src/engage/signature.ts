import { createHmac, timingSafeEqual } from 'node:crypto';
import { signedBytes, type SignatureRule } from './signed-bytes.js';

/** The body is what one of the secrets signed, by the rule named. */
export interface ValidSignature {
  readonly kind: 'valid';
  readonly rule: SignatureRule;
}

/** What the log says of a refusal; nothing in it comes from a secret or a member. */
export interface InvalidSignature {
  readonly kind: 'invalid';
  /**
   * `extras_overwrote`: Webhook Audiences merged an extra over a signed field, so that no rule can
   * match; the destination's extras want new names.
   */
  readonly cause: 'missing' | 'unreadable' | 'mismatch' | 'extras_overwrote';
  readonly tried: readonly SignatureRule[];
  /** The names of the fields that extras overwrote, at most ten. */
  readonly overwritten: readonly string[];
}

export type SignatureCheck = ValidSignature | InvalidSignature;

const HEX_OF_SHA1 = /^[0-9a-f]{40}$/;
const MAX_NAMES = 10;

/**
 * Whether `X-Signature` is the lower-case hex HMAC-SHA1, under any of the secrets, of any part of
 * the inflated body that Segment may have signed (contracts/engage.md §2). Each comparison takes
 * constant time, and a wrong signature is compared with all; only who knows the secret is answered
 * early.
 */
export function checkSignature(
  body: Buffer,
  header: string | undefined,
  secrets: readonly string[],
): SignatureCheck {
  if (header === undefined || header === '') return invalid('missing');
  if (!HEX_OF_SHA1.test(header)) return invalid('unreadable');
  const given = Buffer.from(header, 'hex');
  const tried: SignatureRule[] = [];
  const overwritten: string[] = [];
  for (const candidate of signedBytes(body)) {
    if (isSignedByAny(candidate.bytes, given, secrets)) {
      return { kind: 'valid', rule: candidate.rule };
    }
    tried.push(candidate.rule);
    overwritten.push(...candidate.overwritten);
  }
  if (overwritten.length === 0) return { ...invalid('mismatch'), tried };
  return { ...invalid('extras_overwrote'), tried, overwritten: overwritten.slice(0, MAX_NAMES) };
}

function invalid(cause: InvalidSignature['cause']): InvalidSignature {
  return { kind: 'invalid', cause, tried: [], overwritten: [] };
}

function isSignedByAny(bytes: Buffer, given: Buffer, secrets: readonly string[]): boolean {
  let isSigned = false;
  for (const secret of secrets) {
    // An empty secret is one that everybody knows.
    if (secret === '') continue;
    const expected = createHmac('sha1', secret).update(bytes).digest();
    if (timingSafeEqual(expected, given)) isSigned = true;
  }
  return isSigned;
}
