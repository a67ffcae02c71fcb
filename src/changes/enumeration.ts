/** How many things are named before the rest is only counted. */
export const MOST_NAMED = 10;

/**
 * `a`, `a and b`, `a, b and c`; of more than ten the first ten `and 5 more`. Items behind those
 * count as much as they are; `count` is of all, where not all are given.
 */
export function enumeration(items: readonly string[], count = items.length): string {
  const named = items.slice(0, MOST_NAMED);
  const last = count > named.length ? `${count - named.length} more` : named.pop();
  return named.length === 0 ? (last ?? '') : `${named.join(', ')} and ${last}`;
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
