import { describe, expect, it } from 'vitest';
import { destination } from '../../test/support/destinations.js';
import { Destinations } from './destinations.js';
import { UnauthorizedError, UnknownDestinationError } from './engage.errors.js';

describe('the destinations', () => {
  const destinations = new Destinations(
    new Map([
      ['one', destination('one').options],
      ['two', destination('two', { tokens: ['older', 'newer'] }).options],
    ]),
  );
  const authorize = (id: string, authorization: string | undefined, query = '') =>
    destinations.authorize(id, { authorization, url: `/engage/${id}/events${query}` }).id;

  it('are open to each of their own tokens, in the header or the query', () => {
    expect(authorize('one', 'Bearer tok')).toBe('one');
    expect(authorize('two', 'Bearer older')).toBe('two');
    expect(authorize('two', undefined, '?token=newer')).toBe('two');
    expect(destinations.ids).toEqual(['one', 'two']);
  });

  it.each([undefined, '', 'Bearer ', 'Bearer older', 'tok', 'Bearer tok2'])(
    'are closed to anything else: %s',
    (authorization) => {
      expect(() => authorize('one', authorization)).toThrow(UnauthorizedError);
      expect(() => authorize('one', authorization, '?token=%')).toThrow(UnauthorizedError);
    },
  );

  it.each(['three', '__proto__', 'constructor', ''])('are none but those: %s', (id) => {
    expect(() => authorize(id, 'Bearer tok')).toThrow(UnknownDestinationError);
  });
});
