import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configArbitrary } from '../fuzz/config-arbitrary.js';
import { differencesOf } from '../fuzz/difference.js';
import { userArbitrary } from '../fuzz/user-arbitrary.js';

describe('evaluation', () => {
  it('gives what the SDK gives, over random configs and users', { timeout: 120_000 }, () => {
    let cases = 0;
    fc.assert(
      fc.property(
        configArbitrary,
        fc.array(userArbitrary, { minLength: 4, maxLength: 8, size: 'max' }),
        (config, users) => {
          cases += users.length * Object.keys(config.f ?? {}).length;
          expect(differencesOf(config, users)).toEqual([]);
        },
      ),
      { numRuns: 1500 },
    );
    expect(cases).toBeGreaterThan(20_000);
  });
});
