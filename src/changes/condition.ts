import {
  comparatorName,
  prerequisiteComparatorName,
  segmentComparatorName,
} from '../evaluation/comparator-name.js';
import { userConditionText } from '../evaluation/condition-text.js';
import type { ConditionJson, UserConditionJson } from '../evaluation/config-json.js';
import { canonicalCondition } from './canonical.js';
import { counted, MOST_NAMED } from './enumeration.js';
import { segmentLabel, type Reading } from './reading.js';
import { quoted, shownText } from './shown-text.js';
import { onlyValue, shownValue } from './shown-value.js';

/** A condition of a rule or of a segment. */
export class Condition {
  /** Equal for conditions that say the same. */
  readonly key: string;

  constructor(
    private readonly json: ConditionJson,
    private readonly reading: Reading,
  ) {
    this.key = JSON.stringify(canonicalCondition(json, reading));
  }

  /** The user condition that it is; undefined where it is another, or can't be evaluated. */
  get user(): UserConditionJson | undefined {
    const { u, p, s } = this.json;
    return u && !p && !s ? u : undefined;
  }

  /** In the words of the evaluation log, with flags' values as people see them. */
  get text(): string {
    const { u, p, s } = this.json;
    if ([u, p, s].filter((part) => part != null).length !== 1) return '<invalid condition>';
    if (s) return `${segmentComparatorName(s.c)} ${segmentLabel(this.reading.segments[s.s])}`;
    if (u) return userConditionText(shortened(u));
    if (!p) return '';
    return `Flag ${quoted(p.f)} ${prerequisiteComparatorName(p.c)} ${shownValue(onlyValue(p.v))}`;
  }
}

export function conditionsOf(
  conditions: readonly ConditionJson[] | null | undefined,
  reading: Reading,
): Condition[] {
  return (conditions ?? []).map((condition) => new Condition(condition, reading));
}

/** Whom they let in: all must be met, and where there is none everyone is. */
export function whoMeets(conditions: readonly Condition[]): string {
  if (conditions.length === 0) return 'everyone';
  const texts = conditions.slice(0, MOST_NAMED).map(({ text }) => text);
  const more = conditions.length - texts.length;
  return [...texts, ...(more > 0 ? [counted(more, 'more condition')] : [])].join(' AND ');
}

/** What a user condition is about: `User.Email IS ONE OF`. */
export function comparisonName({ a, c }: UserConditionJson): string {
  return `User.${shownText(a)} ${comparatorName(c)}`;
}

function shortened({ a, c, s, d, l }: UserConditionJson): UserConditionJson {
  return {
    a: shownText(a),
    c,
    s: s == null ? null : shownText(s),
    d: d ?? null,
    // Those behind the named ones are only counted.
    l: l?.map((item, index) => (index < MOST_NAMED ? shownText(item) : item)) ?? null,
  };
}
