import { toText } from './attribute-value.js';
import type { SegmentConditionJson, SettingJson } from './config-json.js';
import type { Evaluation } from './evaluation.js';
import { evaluationOf } from './evaluation.js';
import type { AudienceSegment } from './segment.js';
import type { User } from './user.js';

const IS_IN = 0;

/**
 * Compiles a flag that serves one thing to the members of one audience and another to everybody else
 * to one step; undefined when the flag is of another kind, or has a flaw. It is what every audience
 * flag is, and the most asked of all: a run and four conditions inside of one another took a fifth
 * of its time.
 */
export function compileAudienceFlag(
  setting: SettingJson,
  fallback: Evaluation,
  audienceAt: (index: number) => AudienceSegment | undefined,
): ((user: User | undefined) => Evaluation) | undefined {
  const [rule, ...others] = setting.r ?? [];
  const audience = conditionOf(setting);
  if (rule?.s == null || rule.p != null || others.length > 0 || audience === undefined) {
    return undefined;
  }
  const segment = audienceAt(audience.s);
  const match = { matchedRuleIndex: 0, matchedOptionIndex: undefined };
  const served = evaluationOf(rule.s, setting.t, match);
  if (segment === undefined || served === undefined) {
    return undefined;
  }
  const { attribute } = segment;
  return (user) => {
    if (user === undefined || !Object.hasOwn(user, attribute)) return fallback;
    const value = user[attribute];
    if (value === undefined || value === null || value === '') return fallback;
    return segment.has(toText(value)) ? served : fallback;
  };
}

/** The flag's only condition, when that is IS IN SEGMENT. */
function conditionOf({ r: rules, p: options }: SettingJson): SegmentConditionJson | undefined {
  const [condition, ...others] = rules?.[0]?.c ?? [];
  const isOnly = others.length === 0 && !options?.length;
  if (condition?.s == null || condition.u != null || condition.p != null || !isOnly) {
    return undefined;
  }
  return condition.s.c === IS_IN ? condition.s : undefined;
}
