import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { damagedConfigText } from '../fuzz/damage.js';
import { refusalsOf } from '../fuzz/load-difference.js';

describe('loading a config', () => {
  it('refuses what the SDK refuses, at the same path', () => {
    let refused = 0;
    fc.assert(
      fc.property(damagedConfigText, (text) => {
        const { ours, sdk } = refusalsOf(text);
        if (sdk !== undefined) refused++;
        expect(ours).toBe(sdk);
      }),
      { numRuns: 4000 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});
