import { Comparator as C } from '../evaluation/comparator.js';

/** What a comparator compares with, and so which member of a comparison value it takes. */
export type ValueKind = 'text' | 'version' | 'number' | 'date' | 'list' | 'versions';

export interface ComparatorKind {
  /** `c` in a config JSON. */
  readonly code: number;
  readonly value: ValueKind;
  /** What the server compares with in clear where SDKs are given hashes; undefined: both the same. */
  readonly clear?: number;
  /** How an item is hashed: whole, or with its length before it. */
  readonly hashed?: 'whole' | 'affix';
}

const list = (code: number): ComparatorKind => ({ code, value: 'list' });
const number = (code: number): ComparatorKind => ({ code, value: 'number' });
const version = (code: number): ComparatorKind => ({ code, value: 'version' });
const hashedList = (code: number, clear: number, hashed: 'whole' | 'affix'): ComparatorKind => ({
  code,
  value: 'list',
  clear,
  hashed,
});

const KINDS = {
  isOneOf: list(C.isOneOf),
  isNotOneOf: list(C.isNotOneOf),
  containsAnyOf: list(C.containsAnyOf),
  doesNotContainAnyOf: list(C.notContainsAnyOf),
  semVerIsOneOf: { code: C.versionIsOneOf, value: 'versions' },
  semVerIsNotOneOf: { code: C.versionIsNotOneOf, value: 'versions' },
  semVerLess: version(C.versionLess),
  semVerLessOrEquals: version(C.versionLessOrEquals),
  semVerGreater: version(C.versionGreater),
  semVerGreaterOrEquals: version(C.versionGreaterOrEquals),
  numberEquals: number(C.numberEquals),
  numberDoesNotEqual: number(C.numberNotEquals),
  numberLess: number(C.numberLess),
  numberLessOrEquals: number(C.numberLessOrEquals),
  numberGreater: number(C.numberGreater),
  numberGreaterOrEquals: number(C.numberGreaterOrEquals),
  sensitiveIsOneOf: hashedList(C.hashedIsOneOf, C.isOneOf, 'whole'),
  sensitiveIsNotOneOf: hashedList(C.hashedIsNotOneOf, C.isNotOneOf, 'whole'),
  dateTimeBefore: { code: C.before, value: 'date' },
  dateTimeAfter: { code: C.after, value: 'date' },
  sensitiveTextEquals: { code: C.hashedEquals, value: 'text', clear: C.equals, hashed: 'whole' },
  sensitiveTextDoesNotEqual: {
    code: C.hashedNotEquals,
    value: 'text',
    clear: C.notEquals,
    hashed: 'whole',
  },
  sensitiveTextStartsWithAnyOf: hashedList(C.hashedStartsWithAnyOf, C.startsWithAnyOf, 'affix'),
  sensitiveTextNotStartsWithAnyOf: hashedList(
    C.hashedNotStartsWithAnyOf,
    C.notStartsWithAnyOf,
    'affix',
  ),
  sensitiveTextEndsWithAnyOf: hashedList(C.hashedEndsWithAnyOf, C.endsWithAnyOf, 'affix'),
  sensitiveTextNotEndsWithAnyOf: hashedList(C.hashedNotEndsWithAnyOf, C.notEndsWithAnyOf, 'affix'),
  sensitiveArrayContainsAnyOf: hashedList(
    C.hashedArrayContainsAnyOf,
    C.arrayContainsAnyOf,
    'whole',
  ),
  sensitiveArrayDoesNotContainAnyOf: hashedList(
    C.hashedArrayNotContainsAnyOf,
    C.arrayNotContainsAnyOf,
    'whole',
  ),
  textEquals: { code: C.equals, value: 'text' },
  textDoesNotEqual: { code: C.notEquals, value: 'text' },
  textStartsWithAnyOf: list(C.startsWithAnyOf),
  textNotStartsWithAnyOf: list(C.notStartsWithAnyOf),
  textEndsWithAnyOf: list(C.endsWithAnyOf),
  textNotEndsWithAnyOf: list(C.notEndsWithAnyOf),
  arrayContainsAnyOf: list(C.arrayContainsAnyOf),
  arrayDoesNotContainAnyOf: list(C.arrayNotContainsAnyOf),
} satisfies Readonly<Record<string, ComparatorKind>>;

/** ConfigCat's names of the comparators of config JSON v6. */
export type ComparatorName = keyof typeof KINDS;

/** Every name, in the order of their codes. */
// The keys of the record are known: nothing else is in it.
export const COMPARATOR_NAMES = Object.keys(KINDS) as readonly ComparatorName[];

export function comparatorKind(name: ComparatorName): ComparatorKind {
  return KINDS[name];
}

/** The comparators of a single condition, and the one of v6 that each is. */
const SIMPLE = {
  isOneOf: 'isOneOf',
  isNotOneOf: 'isNotOneOf',
  contains: 'containsAnyOf',
  doesNotContain: 'doesNotContainAnyOf',
  semVerIsOneOf: 'semVerIsOneOf',
  semVerIsNotOneOf: 'semVerIsNotOneOf',
  semVerLess: 'semVerLess',
  semVerLessOrEquals: 'semVerLessOrEquals',
  semVerGreater: 'semVerGreater',
  semVerGreaterOrEquals: 'semVerGreaterOrEquals',
  numberEquals: 'numberEquals',
  numberDoesNotEqual: 'numberDoesNotEqual',
  numberLess: 'numberLess',
  numberLessOrEquals: 'numberLessOrEquals',
  numberGreater: 'numberGreater',
  numberGreaterOrEquals: 'numberGreaterOrEquals',
  sensitiveIsOneOf: 'sensitiveIsOneOf',
  sensitiveIsNotOneOf: 'sensitiveIsNotOneOf',
} satisfies Readonly<Record<string, ComparatorName>>;

export type SimpleComparator = keyof typeof SIMPLE;

export const SIMPLE_COMPARATORS = Object.keys(SIMPLE) as readonly SimpleComparator[];

/** The comparator of v6 that one of a single condition is. */
export function fullComparator(name: SimpleComparator): ComparatorName {
  return SIMPLE[name];
}
