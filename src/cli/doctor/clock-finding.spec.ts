import { describe, expect, it } from 'vitest';
import { clockFinding } from './clock-finding.js';

describe('a clock', () => {
  it.each([
    [0, 0, 'OK'],
    [-1_900, 0, 'OK'],
    [2_500, 600, 'OK'],
    [2_500, 400, 'WARN'],
    [-59_000, 0, 'WARN'],
    [61_000, 500, 'FAIL'],
    [-3_600_000, 500, 'FAIL'],
  ])('that is %i ms off, give or take %i, is %s', (difference, uncertainty, level) => {
    expect(clockFinding({ of: 'x', difference, uncertainty }).level).toBe(level);
  });

  it('says which one is ahead', () => {
    const { says } = clockFinding({ of: 'PostgreSQL', difference: -5_000, uncertainty: 1 });
    expect(says).toBe('that of PostgreSQL is 5.0 s behind that of this machine');
  });
});
