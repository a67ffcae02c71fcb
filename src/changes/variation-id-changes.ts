import { enumeration } from './enumeration.js';
import type { FlagVersions } from './flag.js';
import type { RuleAlignment } from './rule-alignment.js';
import type { Serving } from './serving.js';

/**
 * Where variation ids changed though what is served there did not. Analytics tell variations apart
 * by them, and where another value is served another id goes without saying.
 */
export function* variationIdChanges(
  { flag, before, after }: FlagVersions,
  { kept, moved, changed }: RuleAlignment,
): Iterable<string> {
  const rules = [kept, moved, changed].flatMap((pairs) =>
    pairs
      .filter(([i, j]) => hasOtherIds(before.rules[i]?.serving, after.rules[j]?.serving))
      .map(([, j]) => j + 1),
  );
  const places: string[] = [];
  if (hasOtherIds(before.fallback, after.fallback)) places.push('its default value');
  if (after.hasPercentages && hasOtherIds(before.rest, after.rest)) places.push('its percentages');
  if (rules.length > 0) places.push(rulesText(rules));
  if (places.length > 0) yield `Flag ${flag} has other variation ids for ${enumeration(places)}.`;
}

function rulesText(numbers: readonly number[]): string {
  const texts = numbers.toSorted((a, b) => a - b).map(String);
  return `targeting rule${texts.length === 1 ? '' : 's'} ${enumeration(texts)}`;
}

function hasOtherIds(before: Serving | undefined, after: Serving | undefined): boolean {
  return before?.ids !== after?.ids && before?.key === after?.key;
}
