/** An object of an options file or of JSON, with nothing known about its values. */
export type Mapping = Readonly<Record<string, unknown>>;

/** True for objects with keys: no list, no null. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
