import { describe, expect, it } from 'vitest';
import { nearestKey } from './nearest-key.js';

const KNOWN = ['headers', 'heart_beat_interval', 'max_connections', 'poll_interval'];

describe('the nearest key', () => {
  it.each([
    ['heart_beat', 'heart_beat_interval'],
    ['max_conections', 'max_connections'],
    ['pollInterval', 'poll_interval'],
    ['header', 'headers'],
  ])('of %s is %s', (given, nearest) => {
    expect(nearestKey(given, KNOWN)).toBe(nearest);
  });

  it('is there for any key at all', () => {
    expect(nearestKey('', KNOWN)).toBe('headers');
    expect(KNOWN).toContain(nearestKey('something quite different', KNOWN));
  });
});
