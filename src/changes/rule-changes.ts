import { whoMeets } from './condition.js';
import { conditionsChange, hiddenChange } from './condition-changes.js';
import type { Rule } from './rule.js';
import type { RuleAlignment } from './rule-alignment.js';
import { Serving } from './serving.js';

/** The rules of both versions of a flag. */
export interface FlagRules {
  /** The flag's key in quotes. */
  readonly flag: string;
  readonly before: readonly Rule[];
  readonly after: readonly Rule[];
}

/** What became of the rules: changed, removed, added and moved ones, each by their numbers. */
export function* ruleChanges(rules: FlagRules, alignment: RuleAlignment): Iterable<string> {
  const { flag } = rules;
  for (const [i, j] of alignment.changed) {
    const [before, after] = [rules.before[i], rules.after[j]];
    if (before && after) yield* ruleChange(`Targeting rule ${j + 1} of ${flag}`, before, after);
  }
  for (const i of alignment.removed) {
    const text = rules.before[i]?.text;
    yield `Targeting rule ${i + 1} was removed from ${flag}; it served ${text}.`;
  }
  for (const j of alignment.added) {
    const text = rules.after[j]?.text;
    yield `Targeting rule ${j + 1} was added to ${flag}; it serves ${text}.`;
  }
  for (const [i, j] of alignment.moved) {
    const where = i === j ? `still rule ${j + 1}, with others around it` : `now rule ${j + 1}`;
    yield `Targeting rule ${i + 1} of ${flag} is ${where}.`;
  }
}

function* ruleChange(place: string, before: Rule, after: Rule): Iterable<string> {
  const who = conditionsChange(before.conditions, after.conditions);
  const [oldWho, newWho] = [whoMeets(before.conditions), whoMeets(after.conditions)];
  const [old, recent] = Serving.texts(before.serving, after.serving);
  const servesOther = before.serving.key !== after.serving.key;
  const isReplaced = who.kind === 'replaced';
  const showsServed = servesOther && old !== recent;
  const showsWho = isReplaced && oldWho !== newWho;
  if (showsServed) {
    const toWhom = showsWho ? ` to ${oldWho}` : '';
    yield `${place} now serves ${recent} to ${newWho}; it served ${old}${toWhom}.`;
  } else if (showsWho) {
    yield `${place} now serves ${after.serving.text} to ${newWho}; it did so to ${oldWho}.`;
  }
  if (who.kind === 'edited') yield* who.sentences(place);
  if ((servesOther && !showsServed) || (isReplaced && !showsWho)) yield hiddenChange(place);
}
