import type { RuleJson, SettingJson } from '../evaluation/config-json.js';
import { canonicalCondition, canonicalServing } from './canonical.js';
import { Condition, conditionsOf, whoMeets } from './condition.js';
import type { Reading } from './reading.js';
import { Serving } from './serving.js';

/** A targeting rule of one version of a flag. */
export class Rule {
  constructor(
    private readonly json: RuleJson,
    private readonly settingType: number,
    private readonly reading: Reading,
  ) {}

  /** Equal for rules that say the same; variation ids are left out. */
  get key(): string {
    return JSON.stringify([
      (this.json.c ?? []).map((condition) => canonicalCondition(condition, this.reading)),
      canonicalServing(this.json),
    ]);
  }

  get conditions(): Condition[] {
    return conditionsOf(this.json.c, this.reading);
  }

  get serving(): Serving {
    return new Serving(this.json, this.settingType);
  }

  /** `'on' to IS IN SEGMENT 'Beta'`. */
  get text(): string {
    return `${this.serving.text} to ${whoMeets(this.conditions)}`;
  }
}

export function rulesOf({ r, t }: SettingJson, reading: Reading): Rule[] {
  return (r ?? []).map((rule) => new Rule(rule, t, reading));
}
