import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/evaluation/config.js';
import { InvalidConfigError } from '../../src/evaluation/invalid-config-error.js';
import { damagedConfigText } from '../fuzz/damage.js';
import { Oracle } from '../fuzz/oracle.js';

/** Where the SDK says a config is wrong; undefined when it takes it. */
function pathOfSdk(text: string): string | undefined {
  try {
    return void new Oracle(text);
  } catch (error) {
    return (
      /^TypeError: Invalid config JSON content\. .* at (\$.*)$/s.exec(String(error))?.[1] ?? '$'
    );
  }
}

function ourPath(text: string): string | undefined {
  try {
    return void parseConfig(text);
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.path;
    throw error;
  }
}

describe('loading a config', () => {
  it('refuses what the SDK refuses, at the same path', () => {
    let refused = 0;
    fc.assert(
      fc.property(damagedConfigText, (text) => {
        const path = pathOfSdk(text);
        if (path !== undefined) refused++;
        expect(ourPath(text)).toBe(path);
      }),
      { numRuns: 4000 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});
