import { describe, expect, it } from 'vitest';
import { StreamCaps } from './stream-caps.js';

describe('caps of streams', () => {
  it('let in as many as may be open, and one more when one has left', () => {
    const caps = new StreamCaps({ inAll: 2, perAddress: 0 });
    const first = caps.enter('::1');
    expect(first).toBeDefined();
    expect(caps.enter('::2')).toBeDefined();
    expect(caps.enter('::3')).toBeUndefined();
    if (first !== undefined) caps.leave(first);
    expect(caps.enter('::3')).toBeDefined();
    expect(caps.enter('::1')).toBeUndefined();
  });

  it('count each address for itself', () => {
    const caps = new StreamCaps({ inAll: 10, perAddress: 2 });
    const first = caps.enter('::1');
    caps.enter('::1');
    expect(caps.enter('::1')).toBeUndefined();
    expect(caps.enter('::2')).toBeDefined();
    if (first !== undefined) caps.leave(first);
    expect(caps.enter('::1')).toBeDefined();
    expect(caps.enter('::1')).toBeUndefined();
  });

  it('count on after an address had none', () => {
    const caps = new StreamCaps({ inAll: 10, perAddress: 1 });
    for (let round = 0; round < 3; round += 1) {
      const origin = caps.enter('::1');
      expect(origin).toEqual({ address: '::1', streams: 1 });
      if (origin !== undefined) caps.leave(origin);
    }
  });
});
