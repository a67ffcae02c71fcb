import { describe, expect, it } from 'vitest';
import { parseContextKey } from './context-key.js';

describe('the context key', () => {
  it.each([
    ['user_id_only', ['userId']],
    ['user_id_then_email', ['userId', 'email']],
    ['user_id_then_anonymousId', ['userId', 'anonymousId']],
    ['user_id_then_email_then_anonymousId', ['userId', 'email', 'anonymousId']],
    ['email_only', ['email']],
  ])('%s tries identifiers in this order', (word, order) => {
    expect(parseContextKey(word)).toEqual({ kind: 'identifiers', order });
  });

  it('is a path of dotted names', () => {
    expect(parseContextKey('path:$.traits.customer_id')).toEqual({
      kind: 'path',
      names: ['traits', 'customer_id'],
    });
  });

  it.each(['', 'userId', 'path:', 'path:$', 'path:$.', 'path:$..a', 'path:$.a.', 'path:traits.a'])(
    'is not %j',
    (text) => {
      expect(parseContextKey(text)).toBeUndefined();
    },
  );
});
