import { isDeepStrictEqual } from 'node:util';

/** A value that is another one, or was or will be missing (undefined). */
export interface FieldChange {
  /** As `conditions[1].comparisonValue.doubleValue`. */
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Where two JSON values differ, as deep inside as can be told; nothing where they are equal. */
export function fieldChanges(from: unknown, to: unknown, field = ''): readonly FieldChange[] {
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    return from.flatMap((item, index) => fieldChanges(item, to[index], `${field}[${index}]`));
  }
  if (isMapping(from) && isMapping(to)) {
    const names = new Set([...Object.keys(from), ...Object.keys(to)]);
    return [...names].flatMap((name) =>
      fieldChanges(from[name], to[name], field === '' ? name : `${field}.${name}`),
    );
  }
  return isDeepStrictEqual(from, to) ? [] : [{ field, from, to }];
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
