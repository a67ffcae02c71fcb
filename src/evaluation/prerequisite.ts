import { inferredValue } from './condition-text.js';
import type { PrerequisiteConditionJson } from './config-json.js';
import type { FlagValue } from './evaluation.js';
import { valueOf } from './evaluation.js';
import { invalidModel } from './invalid-model-error.js';
import { withPolarity } from './polarity.js';
import type { Condition, Decidable } from './run.js';
import { UNTYPED } from './setting-type.js';

/** A prerequisite flag and the type its comparison value must have. */
export interface PrerequisiteFlag extends Decidable {
  readonly settingType: number;
  /** Whether that is a type that can be evaluated. */
  readonly hasType: boolean;
}

/** Compiles a comparison with the value another flag serves the same user. */
export function compilePrerequisite(
  json: PrerequisiteConditionJson,
  flag: PrerequisiteFlag | undefined,
): Condition {
  const { prerequisite, expected, refusal } = comparisonOf(json, flag);
  if (!prerequisite) return () => invalidModel(refusal);
  return (run) => withPolarity(json.c, run.prerequisite(prerequisite).value === expected);
}

/** The two sides of a prerequisite condition, or why there are none. */
export type PrerequisiteComparison<F extends PrerequisiteFlag> =
  | {
      readonly prerequisite: F;
      readonly expected: FlagValue | undefined;
      readonly refusal?: never;
    }
  | { readonly prerequisite?: never; readonly expected?: never; readonly refusal: string };

export function comparisonOf<F extends PrerequisiteFlag>(
  json: PrerequisiteConditionJson,
  flag: F | undefined,
): PrerequisiteComparison<F> {
  if (!flag) return { refusal: 'Prerequisite flag is missing.' };
  if (!flag.hasType) return { refusal: 'Setting type is invalid.' };
  const expected = valueOf(json.v, flag.settingType);
  if (expected !== undefined || flag.settingType === UNTYPED) {
    return { prerequisite: flag, expected };
  }
  const value = `comparison value '${inferredValue(json.v)}'`;
  return { refusal: `Type mismatch between ${value} and prerequisite flag '${json.f}'.` };
}
