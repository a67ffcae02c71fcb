import type { SettingJson } from '../evaluation/config-json.js';
import type { Reading } from './reading.js';
import { rulesOf, type Rule } from './rule.js';
import { Serving } from './serving.js';
import { shownText } from './shown-text.js';

const TYPES = ['an on/off flag', 'a text flag', 'a whole number flag', 'a decimal number flag'];

const IDENTIFIER = 'Identifier';

/** Both versions of a flag. */
export interface FlagVersions {
  /** The flag's key in quotes. */
  readonly flag: string;
  readonly before: Flag;
  readonly after: Flag;
}

/** One version of a flag. */
export class Flag {
  readonly rules: readonly Rule[];
  /** What it serves to whom no rule serves. */
  readonly rest: Serving;
  /** What it serves where percentages can't be computed; without percentages the same as `rest`. */
  readonly fallback: Serving;

  constructor(
    private readonly json: SettingJson,
    reading: Reading,
  ) {
    this.rules = rulesOf(json, reading);
    this.fallback = new Serving({ s: json }, json.t);
    this.rest = this.hasPercentages ? new Serving({ p: json.p ?? null }, json.t) : this.fallback;
  }

  get hasPercentages(): boolean {
    return Boolean(this.json.p?.length);
  }

  get typeText(): string {
    return TYPES[this.json.t] ?? `a flag of unknown type ${this.json.t}`;
  }

  /** The attribute that percentages are computed from. */
  get attribute(): string {
    return this.json.a ?? IDENTIFIER;
  }

  /** Whom no rule serves. */
  get everyone(): string {
    return this.rules.length === 0 ? 'everyone' : 'everyone else';
  }

  /** Those for whom percentages can't be computed. */
  get unidentified(): string {
    const { attribute } = this;
    if (attribute === IDENTIFIER) return 'unidentified users';
    return `users without User.${shownText(attribute)}`;
  }
}
