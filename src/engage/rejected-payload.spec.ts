import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rejectedPayload } from './rejected-payload.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const stored = (event: unknown) => rejectedPayload(event, 'user_id_only');
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const hashesOf = (event: unknown, contextKey = 'user_id_only') =>
  new Set(rejectedPayload(event, contextKey).identifierHashes.map((hash) => hash.toString('hex')));
const hexOf = (...texts: readonly string[]) =>
  new Set(texts.map((text) => sha256(text).toString('hex')));

describe('the payload of a rejected event', () => {
  it.each([
    { type: 'identify', userId: 'u1' },
    [1, 'x', null],
    null,
    7,
    { userId: 'a\0b\ud800', 'k\0': '\udc00' },
  ])('%j is kept whole', (event) => {
    expect(JSON.parse(stored(event).payload ?? '')).toEqual(event);
  });

  it('has NUL and lone surrogates as escapes only', () => {
    expect(stored({ userId: 'a\0\ud800' }).payload).toBe('{"userId":"a\\u0000\\ud800"}');
  });

  it('is its size alone above 64 KiB', () => {
    const event = { userId: 'x'.repeat(2 ** 20) };
    const bytes = JSON.stringify(event).length;
    expect(stored(event)).toEqual({ payload: null, bytes, identifierHashes: [] });
  });

  it('is measured in bytes, whatever the letters', () => {
    const event = ['é'.repeat(32_766)];
    expect(stored(event)).toMatchObject({ payload: JSON.stringify(event), bytes: 65_536 });
    expect(stored(['é'.repeat(32_765) + 'xxx'])).toMatchObject({ payload: null, bytes: 65_537 });
  });

  it('is its size alone where it nests too deep to be stored', () => {
    expect(stored(nested(1000)).payload).toBe('['.repeat(1000) + ']'.repeat(1000));
    expect(stored(nested(1001))).toMatchObject({ payload: null, bytes: 2002 });
    expect(stored(nested(500_000))).toMatchObject({ payload: null, bytes: 1_000_000 });
  });
});

describe('the hashes of a rejected event', () => {
  it('are of every identifier in it, each once', () => {
    const event = {
      userId: 'u1',
      anonymousId: 'a1',
      groupId: 42,
      traits: { email: 'e1' },
      properties: { email: 'e1' },
      context: {
        traits: { email: 'e2' },
        groupId: 'g2',
        externalIds: [{ id: 'x1', type: 'email' }, { id: null }, 7],
      },
    };
    expect(hashesOf(event)).toEqual(hexOf('u1', 'a1', '42', 'e1', 'e2', 'g2', 'x1'));
  });

  it('hold what the context key reads', () => {
    const event = { traits: { customer_id: 'c1' } };
    expect(hashesOf(event)).toEqual(new Set());
    expect(hashesOf(event, 'path:$.traits.customer_id')).toEqual(hexOf('c1'));
  });

  it.each([null, 7, 'u1', [{ userId: 'u1' }], { userId: '', traits: 'x', context: [] }])(
    'are none for %j',
    (event) => {
      expect(hashesOf(event)).toEqual(new Set());
    },
  );
});
