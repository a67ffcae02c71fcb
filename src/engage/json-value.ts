/** An object that came out of JSON.parse; arrays are not among them. */
export type JsonObject = { readonly [name: string]: unknown };

/** Whether a parsed value is a JSON object (no array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The object's own property, or undefined. A name from outside (`constructor`, `__proto__`) must
 * never find what every object inherits.
 */
export function ownProperty(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * Whether a parsed value nests deeper than `limit` levels; a scalar has none, `[]` one. Recursion
 * ends at the limit, however deep the value is.
 */
export function nestsDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  if (isJsonObject(value)) {
    // for-in costs half of Object.values here, and what JSON.parse made inherits nothing enumerable.
    for (const name in value) {
      const member = value[name];
      if (typeof member === 'object' && nestsDeeperThan(member, limit - 1)) return true;
    }
    return false;
  }
  return (
    Array.isArray(value) &&
    value.some((item) => typeof item === 'object' && nestsDeeperThan(item, limit - 1))
  );
}
