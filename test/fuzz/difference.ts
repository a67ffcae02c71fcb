import { isDeepStrictEqual } from 'node:util';
import type { CompiledConfig, FlagEvaluation } from '../../src/evaluation/compile.js';
import { compileConfig } from '../../src/evaluation/compile.js';
import type { ConfigJson } from '../../src/evaluation/config-json.js';
import { parseConfig } from '../../src/evaluation/config.js';
import { InvalidModelError } from '../../src/evaluation/invalid-model-error.js';
import type { User } from '../../src/evaluation/user.js';
import type { Outcome } from './oracle.js';
import { Oracle } from './oracle.js';

/** Where the SDK and this service differ. */
export interface Difference {
  readonly key: string;
  readonly ours: Outcome | FlagEvaluation['evaluation'];
  readonly sdk: Outcome;
}

/** Evaluates all flags for all users here and there, one by one and all at once. */
export function differencesOf(
  config: ConfigJson,
  users: readonly (User | undefined)[],
): Difference[] {
  const text = JSON.stringify(config);
  const oracle = new Oracle(text);
  const compiled = compileConfig(parseConfig(text));
  return users.flatMap((user) => differencesFor(user, compiled, oracle));
}

function differencesFor(
  user: User | undefined,
  compiled: CompiledConfig,
  oracle: Oracle,
): Difference[] {
  return compiled.evaluateAll(user).flatMap(({ key, evaluation }): Difference[] => {
    const sdk = oracle.evaluate(key, user);
    const ours = ourOutcome(compiled, key, user);
    if (!isDeepStrictEqual(ours, sdk)) return [{ key, ours, sdk }];
    const isFailed = sdk.error !== undefined;
    const isSame = isFailed ? evaluation === null : evaluation?.value === sdk.value;
    return isSame ? [] : [{ key, ours: evaluation, sdk }];
  });
}

export function ourOutcome(compiled: CompiledConfig, key: string, user: User | undefined): Outcome {
  try {
    const { value, variationId, ...match } = compiled.evaluate(key, user);
    return {
      value,
      variationId,
      ruleIndex: match.matchedRuleIndex,
      optionIndex: match.matchedOptionIndex,
    };
  } catch (error) {
    return { error: error instanceof InvalidModelError ? 'invalid model' : String(error) };
  }
}
