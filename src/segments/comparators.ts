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

const KINDS = [
  ['isOneOf', list(C.isOneOf)],
  ['isNotOneOf', list(C.isNotOneOf)],
  ['containsAnyOf', list(C.containsAnyOf)],
  ['doesNotContainAnyOf', list(C.notContainsAnyOf)],
  ['semVerIsOneOf', { code: C.versionIsOneOf, value: 'versions' }],
  ['semVerIsNotOneOf', { code: C.versionIsNotOneOf, value: 'versions' }],
  ['semVerLess', version(C.versionLess)],
  ['semVerLessOrEquals', version(C.versionLessOrEquals)],
  ['semVerGreater', version(C.versionGreater)],
  ['semVerGreaterOrEquals', version(C.versionGreaterOrEquals)],
  ['numberEquals', number(C.numberEquals)],
  ['numberDoesNotEqual', number(C.numberNotEquals)],
  ['numberLess', number(C.numberLess)],
  ['numberLessOrEquals', number(C.numberLessOrEquals)],
  ['numberGreater', number(C.numberGreater)],
  ['numberGreaterOrEquals', number(C.numberGreaterOrEquals)],
  ['sensitiveIsOneOf', hashedList(C.hashedIsOneOf, C.isOneOf, 'whole')],
  ['sensitiveIsNotOneOf', hashedList(C.hashedIsNotOneOf, C.isNotOneOf, 'whole')],
  ['dateTimeBefore', { code: C.before, value: 'date' }],
  ['dateTimeAfter', { code: C.after, value: 'date' }],
  [
    'sensitiveTextEquals',
    { code: C.hashedEquals, value: 'text', clear: C.equals, hashed: 'whole' },
  ],
  [
    'sensitiveTextDoesNotEqual',
    {
      code: C.hashedNotEquals,
      value: 'text',
      clear: C.notEquals,
      hashed: 'whole',
    },
  ],
  ['sensitiveTextStartsWithAnyOf', hashedList(C.hashedStartsWithAnyOf, C.startsWithAnyOf, 'affix')],
  [
    'sensitiveTextNotStartsWithAnyOf',
    hashedList(C.hashedNotStartsWithAnyOf, C.notStartsWithAnyOf, 'affix'),
  ],
  ['sensitiveTextEndsWithAnyOf', hashedList(C.hashedEndsWithAnyOf, C.endsWithAnyOf, 'affix')],
  [
    'sensitiveTextNotEndsWithAnyOf',
    hashedList(C.hashedNotEndsWithAnyOf, C.notEndsWithAnyOf, 'affix'),
  ],
  [
    'sensitiveArrayContainsAnyOf',
    hashedList(C.hashedArrayContainsAnyOf, C.arrayContainsAnyOf, 'whole'),
  ],
  [
    'sensitiveArrayDoesNotContainAnyOf',
    hashedList(C.hashedArrayNotContainsAnyOf, C.arrayNotContainsAnyOf, 'whole'),
  ],
  ['textEquals', { code: C.equals, value: 'text' }],
  ['textDoesNotEqual', { code: C.notEquals, value: 'text' }],
  ['textStartsWithAnyOf', list(C.startsWithAnyOf)],
  ['textNotStartsWithAnyOf', list(C.notStartsWithAnyOf)],
  ['textEndsWithAnyOf', list(C.endsWithAnyOf)],
  ['textNotEndsWithAnyOf', list(C.notEndsWithAnyOf)],
  ['arrayContainsAnyOf', list(C.arrayContainsAnyOf)],
  ['arrayDoesNotContainAnyOf', list(C.arrayNotContainsAnyOf)],
] as const satisfies ReadonlyArray<readonly [string, ComparatorKind]>;

/** ConfigCat's names of the comparators of config JSON v6. */
export type ComparatorName = (typeof KINDS)[number][0];

/** Every name, in the order of their codes. */
export const COMPARATOR_NAMES: readonly ComparatorName[] = KINDS.map(([name]) => name);

const BY_NAME: ReadonlyMap<ComparatorName, ComparatorKind> = new Map(KINDS);

export function comparatorKind(name: ComparatorName): ComparatorKind {
  const kind = BY_NAME.get(name);
  if (kind === undefined) throw new RangeError(`there is no comparator '${name}'`);
  return kind;
}

/** The comparators of a single condition, and the one of v6 that each is. */
const SIMPLE = [
  ['isOneOf', 'isOneOf'],
  ['isNotOneOf', 'isNotOneOf'],
  ['contains', 'containsAnyOf'],
  ['doesNotContain', 'doesNotContainAnyOf'],
  ['semVerIsOneOf', 'semVerIsOneOf'],
  ['semVerIsNotOneOf', 'semVerIsNotOneOf'],
  ['semVerLess', 'semVerLess'],
  ['semVerLessOrEquals', 'semVerLessOrEquals'],
  ['semVerGreater', 'semVerGreater'],
  ['semVerGreaterOrEquals', 'semVerGreaterOrEquals'],
  ['numberEquals', 'numberEquals'],
  ['numberDoesNotEqual', 'numberDoesNotEqual'],
  ['numberLess', 'numberLess'],
  ['numberLessOrEquals', 'numberLessOrEquals'],
  ['numberGreater', 'numberGreater'],
  ['numberGreaterOrEquals', 'numberGreaterOrEquals'],
  ['sensitiveIsOneOf', 'sensitiveIsOneOf'],
  ['sensitiveIsNotOneOf', 'sensitiveIsNotOneOf'],
] as const satisfies ReadonlyArray<readonly [string, ComparatorName]>;

export type SimpleComparator = (typeof SIMPLE)[number][0];

export const SIMPLE_COMPARATORS: readonly SimpleComparator[] = SIMPLE.map(([name]) => name);

const FULL: ReadonlyMap<SimpleComparator, ComparatorName> = new Map(SIMPLE);

/** The comparator of v6 that one of a single condition is. */
export function fullComparator(name: SimpleComparator): ComparatorName {
  const full = FULL.get(name);
  if (full === undefined) throw new RangeError(`there is no comparator '${name}'`);
  return full;
}
