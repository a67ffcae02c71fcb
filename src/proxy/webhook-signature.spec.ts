import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deliveryOf, signatureOf, type SignedDelivery } from './webhook-signature.js';

const KEY = 'configcat_whsk_VN3juirnVh5pNvCKd81RYRYchxUX4j3NykbZG2fAy88=';
const SIGNATURE = 'Ks3cYsu9Lslfo+hVxNC3oQWnsF9e5d73TI5t94D9DRA=';
const AT = 1_669_629_035;
const DELIVERY: SignedDelivery = {
  id: 'b616ca659d154a5fb907dd8475792eeb',
  timestamp: `${AT}`,
  signatures: SIGNATURE,
  body: Buffer.from('examplebody'),
};

const holds = (over: Partial<SignedDelivery> = {}, now = AT): boolean =>
  signatureOf({ ...DELIVERY, ...over }, { key: KEY, now, validFor: 300 }) === SIGNATURE;

describe('the signature of a delivery', () => {
  it('is the one that ConfigCat documents', () => {
    expect(holds()).toBe(true);
  });

  it.each([
    ['after another', `bm90aGluZw==,${SIGNATURE}`],
    ['before another', `${SIGNATURE},bm90aGluZw==`],
    ['between spaces', ` bm90aGluZw== , ${SIGNATURE} `],
  ])('may stand %s', (_where, signatures) => {
    expect(holds({ signatures })).toBe(true);
  });

  it.each([
    ['another body', { body: Buffer.from('examplebody ') }],
    ['another id', { id: 'b616ca659d154a5fb907dd8475792eec' }],
    ['another time', { timestamp: `${AT + 1}` }],
    ['another signature of that length', { signatures: SIGNATURE.replace('K', 'L') }],
    ['a part of the signature', { signatures: SIGNATURE.slice(0, -1) }],
    ['no signature', { signatures: '' }],
    ['a time that is none', { timestamp: 'yesterday' }],
    ['a time with a fraction', { timestamp: `${AT}.5` }],
  ])('does not hold for %s', (_what, over) => {
    expect(holds(over)).toBe(false);
  });

  it('is none of a time that begins with zeros, which could be the end of the id', () => {
    const key = 'key';
    const deliveries = [
      { id: 'id00', timestamp: `${AT}` },
      { id: 'id0', timestamp: `0${AT}` },
      { id: 'id', timestamp: `00${AT}` },
    ].map((over) => ({ ...DELIVERY, ...over }));
    const signatures = createHmac('sha256', key).update(`id00${AT}examplebody`).digest('base64');
    expect(
      deliveries.map((delivery) =>
        signatureOf({ ...delivery, signatures }, { key, now: AT, validFor: 300 }),
      ),
    ).toEqual([signatures, undefined, undefined]);
  });

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('%i s away from our clock holds: %s', (seconds, expected) => {
    expect(holds({}, AT + seconds)).toBe(expected);
  });
});

describe('the headers of a delivery', () => {
  const headers = {
    'x-configcat-webhook-signature-v1': SIGNATURE,
    'x-configcat-webhook-id': DELIVERY.id,
    'x-configcat-webhook-timestamp': DELIVERY.timestamp,
  };

  it('name the signature, the id and the time', () => {
    expect(deliveryOf(headers, DELIVERY.body)).toEqual(DELIVERY);
  });

  it.each(Object.keys(headers))('must have %s', (name) => {
    expect(deliveryOf({ ...headers, [name]: undefined }, DELIVERY.body)).toBeUndefined();
  });
});
