import { comparisonChange, hasManyValues } from './comparison-change.js';
import type { Condition } from './condition.js';
import { pairedBy, type Pairing } from './pairing.js';

/** What became of the conditions of a rule or segment. */
export type ConditionsChange =
  /** They say the same. */
  | { readonly kind: 'none' }
  /** Nothing of them is left, so both are to be told in full. */
  | { readonly kind: 'replaced' }
  /** Some are as they were, or name other values. */
  | { readonly kind: 'edited'; readonly sentences: (place: string) => Iterable<string> };

/** What is said where two versions differ, but read the same. */
export function hiddenChange(place: string): string {
  return `${place} changed in details that are not shown here.`;
}

export function conditionsChange(
  before: readonly Condition[],
  after: readonly Condition[],
): ConditionsChange {
  const equal = pairedBy(before, after, ({ key }) => key);
  if (equal.before.length === 0 && equal.after.length === 0) {
    if (equal.pairs.every(([old], index) => old === before[index])) return { kind: 'none' };
    return {
      kind: 'edited',
      sentences: (place) => [`${place} now has its conditions in another order.`],
    };
  }
  const alike = pairedBy(equal.before, equal.after, comparisonOf);
  const keepsValues = alike.pairs.some(([old]) => old.user && hasManyValues(old.user));
  if (equal.pairs.length === 0 && !keepsValues) return { kind: 'replaced' };
  return { kind: 'edited', sentences: (place) => edits(place, alike) };
}

function* edits(place: string, { pairs, before, after }: Pairing<Condition>): Iterable<string> {
  let hidden = false;
  for (const [old, recent] of pairs) {
    const values = valuesChange(old, recent);
    if (values !== undefined) yield `${place}: ${values}.`;
    else if (old.text === recent.text) hidden = true;
    else yield `${place} now requires ${recent.text} instead of ${old.text}.`;
  }
  for (const { text } of before) yield `${place} no longer requires ${text}.`;
  for (const { text } of after) yield `${place} now also requires ${text}.`;
  if (hidden) yield hiddenChange(place);
}

function valuesChange(old: Condition, recent: Condition): string | undefined {
  return old.user && recent.user && comparisonChange({ before: old.user, after: recent.user });
}

/** Equal for conditions that compare the same attribute in the same way. */
function comparisonOf({ user }: Condition): string | undefined {
  return user && `${user.c} ${user.a}`;
}
