import { createHmac, timingSafeEqual } from 'node:crypto';

/** What ConfigCat signs, and how. */
export interface SignedDelivery {
  readonly id: string;
  /** Unix seconds, as they were written. */
  readonly timestamp: string;
  /** Separated by commas; any may match, as long as keys are being changed. */
  readonly signatures: string;
  readonly body: Buffer;
}

/** A delivery as its headers have it; undefined where one is missing. */
export function deliveryOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Buffer,
): SignedDelivery | undefined {
  const [signatures, id, timestamp] = ['signature-v1', 'id', 'timestamp'].map(
    (name) => headers[`x-configcat-webhook-${name}`],
  );
  return typeof signatures === 'string' &&
    typeof id === 'string' &&
    id !== '' &&
    typeof timestamp === 'string'
    ? { id, timestamp, signatures, body }
    : undefined;
}

/**
 * Whether it was signed with the key, at most so long ago, and not later than the clocks of two
 * machines differ by (contracts/proxy.md, 5).
 * @param now and validFor are in seconds
 */
export function isSigned(
  delivery: SignedDelivery,
  { key, now, validFor }: { readonly key: string; readonly now: number; readonly validFor: number },
): boolean {
  const { id, timestamp, signatures, body } = delivery;
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > validFor) return false;
  // Node reads headers as Latin-1: so these are the bytes that were sent.
  const signed = createHmac('sha256', key).update(id + timestamp, 'latin1');
  const expected = Buffer.from(signed.update(body).digest('base64'));
  let isFound = false;
  for (const signature of signatures.split(',')) {
    const given = Buffer.from(signature.trim());
    if (given.length === expected.length && timingSafeEqual(given, expected)) isFound = true;
  }
  return isFound;
}
