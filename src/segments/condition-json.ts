import type { UserConditionJson } from '../evaluation/config-json.js';
import { Hasher } from '../evaluation/hash.js';
import { comparatorKind } from './comparators.js';
import type { ConditionDefinition } from './segment-definition.js';

/** A condition as it evaluates here: sensitive values in clear, which is the same and costs no hashing. */
export function clearCondition(condition: ConditionDefinition): UserConditionJson {
  const { code, clear } = comparatorKind(condition.comparator);
  return conditionJson(condition, clear ?? code, (value) => value);
}

/** Whether SDKs may not see its values in clear. */
export function isSensitive({ comparator }: ConditionDefinition): boolean {
  return comparatorKind(comparator).hashed !== undefined;
}

/** A condition as SDKs get it: sensitive values as hashes with the config's salt and the segment's name. */
export function servedCondition(
  condition: ConditionDefinition,
  { salt, segmentName }: { readonly salt: string; readonly segmentName: string },
): UserConditionJson {
  const { code, hashed } = comparatorKind(condition.comparator);
  if (hashed === undefined) return clearCondition(condition);
  const hasher = new Hasher(salt, segmentName);
  const hash = (value: string): string =>
    hashed === 'affix' ? `${Buffer.byteLength(value)}_${hasher.hash(value)}` : hasher.hash(value);
  return conditionJson(condition, code, hash);
}

function conditionJson(
  { comparisonAttribute: a, comparisonValue }: ConditionDefinition,
  c: number,
  written: (value: string) => string,
): UserConditionJson {
  const { stringValue, doubleValue, listValue } = comparisonValue;
  if (listValue !== undefined) return { a, c, l: listValue.map(({ value }) => written(value)) };
  if (doubleValue !== undefined) return { a, c, d: doubleValue };
  return { a, c, s: written(stringValue ?? '') };
}
