import type { PrerequisiteConditionJson, ValueJson } from './config-json.js';
import { valueOf } from './evaluation.js';
import { invalidModel } from './invalid-model-error.js';
import type { Condition, Decidable } from './run.js';

/** A prerequisite flag and the type its comparison value must have. */
export interface PrerequisiteFlag extends Decidable {
  readonly settingType: number;
}

/** Compiles a comparison with the value another flag serves the same user. */
export function compilePrerequisite(
  json: PrerequisiteConditionJson,
  flag: PrerequisiteFlag | undefined,
): Condition {
  if (!flag) return () => invalidModel('Prerequisite flag is missing.');
  const { settingType } = flag;
  if (!isSettingType(settingType)) return () => invalidModel('Setting type is invalid.');
  const expected = valueOf(json.v, settingType);
  if (expected === undefined) return () => refuseType(json);
  return (run) => {
    const equal = run.prerequisite(flag).value === expected;
    if (json.c === 0) return equal;
    return json.c === 1 ? !equal : invalidModel('Comparison operator is invalid.');
  };
}

export function isSettingType(settingType: number): boolean {
  return settingType >= 0 && settingType <= 3;
}

function refuseType({ f, v }: PrerequisiteConditionJson): never {
  const value = inferredValue(v);
  invalidModel(`Type mismatch between comparison value '${value}' and prerequisite flag '${f}'.`);
}

/** The one value that is set, for messages: none or several have no name of their own. */
export function inferredValue(value: ValueJson): string {
  const values = [value.b, value.s, value.i, value.d].filter((member) => member != null);
  return values.length === 1 ? String(values[0]) : '<invalid value>';
}
