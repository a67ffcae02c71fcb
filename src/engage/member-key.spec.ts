import { describe, expect, it } from 'vitest';
import { identifier } from '../audiences/identifier.js';
import { memberKey } from './member-key.js';

describe('an identifier', () => {
  it.each([
    ['u1', 'u1'],
    [' ', ' '],
    ['0', '0'],
    [0, '0'],
    [-1.5, '-1.5'],
    [1e21, '1e+21'],
    [2 ** 53, '9007199254740992'],
  ])('%j reads %j', (value, text) => {
    expect(identifier(value)).toBe(text);
  });

  it.each([undefined, null, '', true, false, {}, ['u1'], NaN, Infinity])('%j is none', (value) => {
    expect(identifier(value)).toBeUndefined();
  });

  it('a number too great for JSON is none, for it reads Infinity', () => {
    expect(identifier(JSON.parse('1e999'))).toBeUndefined();
  });
});

const identify = {
  type: 'identify',
  userId: 'u1',
  anonymousId: 'a1',
  traits: { email: 'e1', customer: { id: 7 }, 'a.b': 'x' },
  context: { traits: { email: 'e2' } },
};
const track = { ...identify, type: 'track' };

describe('the member key', () => {
  it.each([
    ['user_id_only', { ...identify, userId: null }, undefined],
    ['user_id_then_email', identify, 'u1'],
    ['user_id_then_email', { ...identify, userId: '' }, 'e1'],
    ['user_id_then_email', { ...track, userId: null }, 'e2'],
    ['user_id_then_anonymousId', { ...identify, userId: {} }, 'a1'],
    ['user_id_then_email_then_anonymousId', { ...identify, userId: null }, 'e1'],
    ['user_id_then_email_then_anonymousId', { ...track, userId: null, context: null }, 'a1'],
    ['email_only', identify, 'e1'],
    ['email_only', track, 'e2'],
    ['email_only', { ...track, context: {}, properties: { email: 'of-someone-else' } }, undefined],
    ['path:$.traits.customer.id', identify, '7'],
    ['path:$.userId', identify, 'u1'],
    ['path:$.traits.customer', identify, undefined],
    ['path:$.traits.email.length', identify, undefined],
    ['path:$.traits.constructor.name', identify, undefined],
    ['path:$.constructor.name', identify, undefined],
    ['path:$.', identify, undefined],
    ['path:userId', identify, undefined],
    ['unheard_of', identify, undefined],
  ])('by %s of %j is %j', (contextKey, event, key) => {
    expect(memberKey(event, contextKey)).toBe(key);
  });
});
