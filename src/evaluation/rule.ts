import type { RuleJson } from './config-json.js';
import { evaluationOf } from './evaluation.js';
import { invalidModel } from './invalid-model-error.js';
import type { Decision, PercentageContext } from './percentage.js';
import { compilePercentage } from './percentage.js';
import type { Condition } from './run.js';

/**
 * Compiles a targeting rule from its condition; undefined from it: the next rule's turn. The THEN
 * part is looked at only when the condition was met.
 */
export function compileRule(
  rule: RuleJson,
  condition: Condition,
  context: PercentageContext,
): Decision {
  const { s: served, p: options } = rule;
  if (served && !options) {
    const match = { matchedRuleIndex: context.ruleIndex, matchedOptionIndex: undefined };
    const evaluation = evaluationOf(served, context.settingType, match);
    if (evaluation) return (run) => (condition(run) === true ? evaluation : undefined);
    return refusing(condition, 'Setting value is missing or invalid.');
  }
  if (!served && options?.length) {
    const decide = compilePercentage(options, context);
    return (run) => (condition(run) === true ? decide(run) : undefined);
  }
  return refusing(condition, 'Targeting rule THEN part is missing or invalid.');
}

function refusing(condition: Condition, message: string): Decision {
  return (run) => (condition(run) === true ? invalidModel(message) : undefined);
}
