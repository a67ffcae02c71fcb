import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configArbitrary } from '../fuzz/config-arbitrary.js';
import { compareLogs } from '../fuzz/log-difference.js';
import { userArbitrary } from '../fuzz/user-arbitrary.js';

describe('explanation', () => {
  it('words the evaluation as the log of the SDK does, over random configs and users', () => {
    let cases = 0;
    fc.assert(
      fc.property(configArbitrary, fc.array(userArbitrary, { minLength: 3 }), (config, users) => {
        const { compared, differences } = compareLogs(config, users);
        cases += compared;
        expect(differences).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(cases).toBeGreaterThan(2000);
  });

  it('enters a prerequisite without type, as the SDK does for local overrides', () => {
    const untyped = { t: -1, v: {} };
    const prerequisite = { f: 'untyped', c: 0, v: {} };
    const rule = { c: [{ p: prerequisite }], s: { v: { i: 1 } } };
    const config = { f: { flag: { t: 2, v: {}, r: [rule] }, untyped } };
    expect(compareLogs(config, [undefined])).toEqual({ compared: 2, differences: [] });
  });
});
