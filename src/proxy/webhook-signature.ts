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

/** Leading zeros could as well be the end of the id: what is signed is the two, one behind the other. */
const TIMESTAMP = /^[1-9]\d{0,14}$/;

/**
 * The signature that the key makes of a delivery, if it was signed with that, at most so long ago, and
 * not later than the clocks of two machines differ by (contracts/proxy.md, 5).
 * @param now and validFor are in seconds
 */
export function signatureOf(
  delivery: SignedDelivery,
  { key, now, validFor }: { readonly key: string; readonly now: number; readonly validFor: number },
): string | undefined {
  const { id, timestamp, signatures, body } = delivery;
  if (!TIMESTAMP.test(timestamp) || Math.abs(now - Number(timestamp)) > validFor) return undefined;
  // Node reads headers as Latin-1: so these are the bytes that were sent.
  const signed = createHmac('sha256', key).update(id + timestamp, 'latin1');
  const signature = signed.update(body).digest('base64');
  const expected = Buffer.from(signature);
  let isFound = false;
  for (const given of signatures.split(',').map((text) => Buffer.from(text.trim()))) {
    if (given.length === expected.length && timingSafeEqual(given, expected)) isFound = true;
  }
  return isFound ? signature : undefined;
}
