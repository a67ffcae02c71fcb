import type { PercentageOptionJson } from '../evaluation/config-json.js';
import { valueOf } from '../evaluation/evaluation.js';
import { canonicalIds, canonicalServing, type ServingJson } from './canonical.js';
import { MOST_NAMED } from './enumeration.js';
import { quotedPair } from './shown-text.js';
import { shownValue, shownValueOf } from './shown-value.js';

/** What a rule serves, or a flag by itself: a value, or shares of several. */
export class Serving {
  constructor(
    readonly json: ServingJson,
    private readonly settingType: number,
  ) {}

  /** Equal for what serves the same values. */
  get key(): string {
    return JSON.stringify(canonicalServing(this.json));
  }

  /** Equal for the same variation ids. */
  get ids(): string {
    return JSON.stringify(canonicalIds(this.json));
  }

  /** `'on'`, or `20 % 'on', 80 % 'off'`. A rule with both or neither can't be evaluated. */
  get text(): string {
    const { s, p } = this.json;
    if (p?.length) return s ? shownValue(undefined) : this.optionsText(p);
    return s ? shownValueOf(s.v, this.settingType) : shownValue(undefined);
  }

  /** The texts of both: long ones show where they differ. */
  static texts(before: Serving, after: Serving): readonly [before: string, after: string] {
    const [old, recent] = [before.onlyText, after.onlyText];
    return old === undefined || recent === undefined
      ? [before.text, after.text]
      : quotedPair(old, recent);
  }

  /** The text that all are served; undefined where it is no text, or not one. */
  private get onlyText(): string | undefined {
    const { s, p } = this.json;
    const value = s && !p?.length ? valueOf(s.v, this.settingType) : undefined;
    return typeof value === 'string' ? value : undefined;
  }

  private optionsText(options: readonly PercentageOptionJson[]): string {
    const shares = options
      .slice(0, MOST_NAMED)
      .map(({ p, v }) => `${p} % ${shownValueOf(v, this.settingType)}`);
    const more = options.length - shares.length;
    return shares.join(', ') + (more > 0 ? ` and ${more} more` : '');
  }
}
