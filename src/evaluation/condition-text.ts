import { Comparator as C } from './comparator.js';
import {
  comparatorName,
  prerequisiteComparatorName,
  segmentComparatorName,
} from './comparator-name.js';
import type {
  PrerequisiteConditionJson,
  SegmentConditionJson,
  SegmentJson,
  UserConditionJson,
  ValueJson,
} from './config-json.js';

const INVALID_VALUE = '<invalid value>';

/** How many items of a list are named. */
const NAMED_ITEMS = 10;

const HASHED: ReadonlySet<number> = new Set<number>([
  C.hashedIsOneOf,
  C.hashedIsNotOneOf,
  C.hashedEquals,
  C.hashedNotEquals,
  C.hashedStartsWithAnyOf,
  C.hashedNotStartsWithAnyOf,
  C.hashedEndsWithAnyOf,
  C.hashedNotEndsWithAnyOf,
  C.hashedArrayContainsAnyOf,
  C.hashedArrayNotContainsAnyOf,
]);

const SINGLE_TEXT: ReadonlySet<number> = new Set<number>([
  C.versionLess,
  C.versionLessOrEquals,
  C.versionGreater,
  C.versionGreaterOrEquals,
  C.hashedEquals,
  C.hashedNotEquals,
  C.equals,
  C.notEquals,
]);

/** Whether a comparator's values are hashes, which say nothing to people. */
export function isHashed(comparator: number): boolean {
  return HASHED.has(comparator);
}

/** A user condition in the words of the SDK's evaluation log. */
export function userConditionText(condition: UserConditionJson): string {
  return `User.${condition.a} ${comparatorName(condition.c)} ${comparisonText(condition)}`;
}

/** An audience segment's one condition, which the JSON does not have. */
export function audienceConditionText(attribute: string): string {
  return `User.${attribute} ${comparatorName(C.hashedIsOneOf)} [<members of the audience>]`;
}

export function prerequisiteText(condition: PrerequisiteConditionJson, exists: boolean): string {
  const key = exists ? condition.f : '<invalid reference>';
  const comparator = prerequisiteComparatorName(condition.c);
  return `Flag '${key}' ${comparator} '${inferredValue(condition.v)}'`;
}

export function segmentConditionText(
  condition: SegmentConditionJson,
  segment: SegmentJson | undefined,
): string {
  const name = segment ? segment.n || '<invalid name>' : '<invalid reference>';
  return `User ${segmentComparatorName(condition.c)} '${name}'`;
}

/** The one value that is set, as text: none or several have no name of their own. */
export function inferredValue(value: ValueJson): string {
  const values = [value.b, value.s, value.i, value.d].filter((member) => member != null);
  return values.length === 1 ? String(values[0]) : INVALID_VALUE;
}

/** A value as text, or what stands for one that is missing or of another type. */
export function valueText(value: boolean | string | number | undefined): string {
  return value === undefined ? INVALID_VALUE : String(value);
}

function comparisonText(condition: UserConditionJson): string {
  const { c: comparator, s, d, l } = condition;
  if (comparatorName(comparator) === comparatorName(-1)) return unknownText(condition);
  if (SINGLE_TEXT.has(comparator)) {
    return quoted(s != null && HASHED.has(comparator) ? '<hashed value>' : s);
  }
  if (comparator === C.before || comparator === C.after) return dateText(d);
  if (comparator >= C.numberEquals && comparator <= C.numberGreaterOrEquals) return quoted(d);
  if (!l) return quoted(undefined);
  return HASHED.has(comparator) ? `[<${count(l.length, 'hashed ')}>]` : `[${listText(l)}]`;
}

/** What is compared with by a comparator that does not exist: a text or number, if just one. */
function unknownText({ s, d, l }: UserConditionJson): string {
  const values = [s, d, l].filter((member) => member != null);
  const [value] = values;
  return quoted(values.length === 1 && typeof value !== 'object' ? value : undefined);
}

function dateText(seconds: number | null | undefined): string {
  const date = new Date((seconds ?? Number.NaN) * 1000);
  const text = quoted(seconds);
  return Number.isNaN(date.getTime()) ? text : `${text} (${date.toISOString()} UTC)`;
}

function listText(items: readonly string[]): string {
  const more = items.length - NAMED_ITEMS;
  const named = items.slice(0, NAMED_ITEMS).map((item) => `'${item}'`);
  return named.join(', ') + (more > 0 ? `, ... <${count(more, 'more ')}>` : '');
}

function count(length: number, kind: string): string {
  return `${length} ${kind}${length === 1 ? 'value' : 'values'}`;
}

function quoted(value: string | number | null | undefined): string {
  return `'${value ?? INVALID_VALUE}'`;
}
