import { hiddenChange } from './condition-changes.js';
import { counted } from './enumeration.js';
import type { Flag, FlagVersions } from './flag.js';
import { alignRules } from './rule-alignment.js';
import { ruleChanges } from './rule-changes.js';
import { Serving } from './serving.js';
import { shownText } from './shown-text.js';
import { variationIdChanges } from './variation-id-changes.js';

export function flagCreated(flag: string, { rules, rest, everyone }: Flag): string {
  const has = rules.length === 0 ? '' : `has ${counted(rules.length, 'targeting rule')} and `;
  return `Flag ${flag} was created. It ${has}serves ${rest.text} to ${everyone}.`;
}

export function flagDeleted(flag: string, { rules, rest, everyone }: Flag): string {
  const had = rules.length === 0 ? '' : `had ${counted(rules.length, 'targeting rule')} and `;
  return `Flag ${flag} was deleted. It ${had}served ${rest.text} to ${everyone}.`;
}

/** What changed of a flag that is in both versions. */
export function* flagChanges(versions: FlagVersions): Iterable<string> {
  const { flag, before, after } = versions;
  if (before.typeText !== after.typeText) {
    yield `Flag ${flag} is now ${after.typeText}; it was ${before.typeText}.`;
  }
  const alignment = alignRules(
    before.rules.map(({ key }) => key),
    after.rules.map(({ key }) => key),
  );
  yield* ruleChanges({ flag, before: before.rules, after: after.rules }, alignment);
  yield* restChange(versions);
  if (before.attribute !== after.attribute) {
    const [old, recent] = [shownText(before.attribute), shownText(after.attribute)];
    yield old === recent
      ? hiddenChange(`Flag ${flag}`)
      : `Percentages of ${flag} are now computed from User.${recent}; they were computed from User.${old}.`;
  }
  yield* variationIdChanges(versions, alignment);
}

/** What those are served whom no rule serves. */
function* restChange({ flag, before, after }: FlagVersions): Iterable<string> {
  const place = `Flag ${flag}`;
  if (before.rest.key !== after.rest.key) {
    yield servingChange(place, after.everyone, [before.rest, after.rest]);
  }
  const isTold = !before.hasPercentages && !after.hasPercentages;
  if (before.fallback.key === after.fallback.key || isTold) return;
  const { unidentified } = after.hasPercentages ? after : before;
  yield servingChange(place, unidentified, [before.fallback, after.fallback]);
}

function servingChange(
  place: string,
  whom: string,
  [before, after]: readonly [Serving, Serving],
): string {
  const [old, recent] = Serving.texts(before, after);
  if (old === recent) return hiddenChange(place);
  return `${place} now serves ${recent} to ${whom}; it served ${old}.`;
}
