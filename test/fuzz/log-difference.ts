import { isDeepStrictEqual } from 'node:util';
import { compileConfig } from '../../src/evaluation/compile.js';
import type { ConfigJson } from '../../src/evaluation/config-json.js';
import { parseConfig } from '../../src/evaluation/config.js';
import type { User } from '../../src/evaluation/user.js';
import { Oracle } from './oracle.js';

/** What was compared, and where the SDK's evaluation log and our explanation differ. */
export interface LogComparison {
  readonly compared: number;
  readonly differences: readonly { key: string; ours: string; sdk: string }[];
}

/**
 * Compares the logs of all flags for all users. Where logging breaks the SDK (a rule without any
 * THEN part), there is nothing to compare with.
 */
export function compareLogs(
  config: ConfigJson,
  users: readonly (User | undefined)[],
): LogComparison {
  const text = JSON.stringify(config);
  const oracle = new Oracle(text);
  const compiled = compileConfig(parseConfig(text));
  const logs = users.flatMap((user) =>
    compiled.keys.flatMap((key) => {
      const { log: sdk, outcome } = oracle.explain(key, user);
      const ours = compiled.explain(key, user).log;
      return isDeepStrictEqual(outcome, oracle.evaluate(key, user)) ? [{ key, ours, sdk }] : [];
    }),
  );
  return { compared: logs.length, differences: logs.filter(({ ours, sdk }) => ours !== sdk) };
}
