import { isHashed } from '../evaluation/condition-text.js';
import type { UserConditionJson } from '../evaluation/config-json.js';
import { comparisonName } from './condition.js';
import { counted, enumeration, MOST_NAMED } from './enumeration.js';
import { quoted } from './shown-text.js';

/** One comparison in two versions: what it is about is the same, what it compares with is not. */
export interface ComparisonPair {
  readonly before: UserConditionJson;
  readonly after: UserConditionJson;
}

/**
 * What became of the values, where they are not to be shown all: of a list what came and went, of
 * hashes how many there are. Undefined where that says nothing.
 */
export function comparisonChange({ before, after }: ComparisonPair): string | undefined {
  const name = comparisonName(after);
  if (isHashed(after.c)) return hashedChange(name, hashesOf(before), hashesOf(after));
  return before.l && after.l ? listChange(name, before.l, after.l) : undefined;
}

/** Whether the values of a condition are told of by `comparisonChange`. */
export function hasManyValues({ c, l }: UserConditionJson): boolean {
  return l != null || isHashed(c);
}

function listChange(
  name: string,
  before: readonly string[],
  after: readonly string[],
): string | undefined {
  const added = missingIn(before, after);
  const removed = missingIn(after, before);
  const came = added.length > 0 && `${named(added)} added to ${name}`;
  if (removed.length > 0) {
    const went = `${named(removed)} removed`;
    return came === false ? `${went} from ${name}` : `${came}; ${went}`;
  }
  if (came !== false) return came;
  return isInOrder(before, after) ? undefined : inAnotherOrder(name);
}

function hashedChange(
  name: string,
  before: readonly string[],
  after: readonly string[],
): string | undefined {
  if (before.length !== after.length) {
    return `${name} now has ${counted(after.length, 'hashed value')}; it had ${before.length}`;
  }
  if (isInOrder(before, after)) return undefined;
  if (missingIn(before, after).length === 0) return inAnotherOrder(name);
  const which = after.length === 1 ? 'hashed value' : `${after.length} hashed values`;
  return `the ${which} of ${name} changed`;
}

function inAnotherOrder(name: string): string {
  return `the values of ${name} stand in another order`;
}

function hashesOf({ s, l }: UserConditionJson): readonly string[] {
  return l ?? (s == null ? [] : [s]);
}

/** What `among` has more of than `items`: each as often as it is missing there. */
function missingIn(items: readonly string[], among: readonly string[]): string[] {
  const spare = new Map<string, number>();
  for (const item of items) spare.set(item, (spare.get(item) ?? 0) + 1);
  return among.filter((item) => {
    const count = spare.get(item) ?? 0;
    if (count > 0) spare.set(item, count - 1);
    return count === 0;
  });
}

function named(items: readonly string[]): string {
  const names = items.slice(0, MOST_NAMED).map(quoted);
  return `${enumeration(names, items.length)} ${items.length === 1 ? 'was' : 'were'}`;
}

function isInOrder(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
