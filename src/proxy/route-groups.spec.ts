import { describe, expect, it } from 'vitest';
import { mayTellAudiences } from './route-groups.js';

describe('who is in which audience', () => {
  it.each([
    [true, {}, true],
    [true, { 'X-Api-Key': 'secret' }, true],
    [false, { 'X-Api-Key': 'secret' }, true],
    [false, {}, false],
  ])(
    'is told on loopback only (%s), with auth_headers %j: %s',
    (loopbackOnly, authHeaders, may) => {
      expect(mayTellAudiences({ loopbackOnly, api: { authHeaders } })).toBe(may);
    },
  );
});
