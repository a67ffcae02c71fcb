import { parseConfig } from '../../src/evaluation/config.js';
import { InvalidConfigError } from '../../src/evaluation/invalid-config-error.js';
import { Oracle } from './oracle.js';

/** Where a config is refused; undefined where it is taken. */
export interface Refusals {
  readonly ours: string | undefined;
  readonly sdk: string | undefined;
}

/** Loads a config here and there; the refusals where they differ. */
export function loadDifference(text: string): Refusals | undefined {
  const refusals = refusalsOf(text);
  return refusals.ours === refusals.sdk ? undefined : refusals;
}

export function refusalsOf(text: string): Refusals {
  return { ours: ourRefusal(text), sdk: sdkRefusal(text) };
}

function sdkRefusal(text: string): string | undefined {
  try {
    return void new Oracle(text);
  } catch (error) {
    const path = /^TypeError: Invalid config JSON content\. .* at (\$.*)$/s.exec(String(error));
    return path?.[1] ?? '$';
  }
}

function ourRefusal(text: string): string | undefined {
  try {
    return void parseConfig(text);
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.path;
    throw error;
  }
}
