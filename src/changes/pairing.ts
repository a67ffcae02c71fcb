/** What of two lists belongs together, and what stands alone; each in the order of its list. */
export interface Pairing<T> {
  readonly pairs: ReadonlyArray<readonly [before: T, after: T]>;
  readonly before: readonly T[];
  readonly after: readonly T[];
}

/** Pairs what has the same key, the first with the first; without a key it stands alone. */
export function pairedBy<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string | undefined,
): Pairing<T> {
  const waiting = new Map<string | undefined, T[]>();
  // Backwards, so that the first of a key is the last of its list, where it is taken cheaply.
  for (const item of before.toReversed()) {
    const key = keyOf(item);
    const others = waiting.get(key);
    if (others) others.push(item);
    else waiting.set(key, [item]);
  }
  const pairs: Array<readonly [T, T]> = [];
  const alone: T[] = [];
  for (const item of after) {
    const key = keyOf(item);
    const partner = key === undefined ? undefined : waiting.get(key)?.pop();
    if (partner === undefined) alone.push(item);
    else pairs.push([partner, item]);
  }
  const paired = new Set(pairs.map(([partner]) => partner));
  return { pairs, before: before.filter((item) => !paired.has(item)), after: alone };
}
