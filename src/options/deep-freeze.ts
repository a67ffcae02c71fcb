function refuse(): never {
  throw new TypeError('options are frozen once they are loaded');
}

/** Freezes an object with all it holds, maps too, and returns it. Cycles are not expected. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map) {
    value.forEach((entry: unknown) => deepFreeze(entry));
    // Object.freeze leaves a map's entries open.
    for (const name of ['set', 'delete', 'clear']) {
      Object.defineProperty(value, name, { value: refuse });
    }
  }
  Object.values(value).forEach((part: unknown) => deepFreeze(part));
  return Object.freeze(value);
}
