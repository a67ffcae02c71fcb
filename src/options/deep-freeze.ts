function refuse(): never {
  throw new TypeError('options are frozen once they are loaded');
}

/** Freezes an object with all it holds, maps too, and returns it. Cycles are not expected. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map) {
    value.forEach((entry: unknown) => deepFreeze(entry));
    // Object.freeze leaves a map's entries open.
    Object.assign(value, { set: refuse, delete: refuse, clear: refuse });
  }
  Object.values(value).forEach((part: unknown) => deepFreeze(part));
  return Object.freeze(value);
}
