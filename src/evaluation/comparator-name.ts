import { Comparator as C } from './comparator.js';

const NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [C.isOneOf, 'IS ONE OF'],
  [C.isNotOneOf, 'IS NOT ONE OF'],
  [C.containsAnyOf, 'CONTAINS ANY OF'],
  [C.notContainsAnyOf, 'NOT CONTAINS ANY OF'],
  [C.versionIsOneOf, 'IS ONE OF'],
  [C.versionIsNotOneOf, 'IS NOT ONE OF'],
  [C.versionLess, '<'],
  [C.versionLessOrEquals, '<='],
  [C.versionGreater, '>'],
  [C.versionGreaterOrEquals, '>='],
  [C.numberEquals, '='],
  [C.numberNotEquals, '!='],
  [C.numberLess, '<'],
  [C.numberLessOrEquals, '<='],
  [C.numberGreater, '>'],
  [C.numberGreaterOrEquals, '>='],
  [C.hashedIsOneOf, 'IS ONE OF'],
  [C.hashedIsNotOneOf, 'IS NOT ONE OF'],
  [C.before, 'BEFORE'],
  [C.after, 'AFTER'],
  [C.hashedEquals, 'EQUALS'],
  [C.hashedNotEquals, 'NOT EQUALS'],
  [C.hashedStartsWithAnyOf, 'STARTS WITH ANY OF'],
  [C.hashedNotStartsWithAnyOf, 'NOT STARTS WITH ANY OF'],
  [C.hashedEndsWithAnyOf, 'ENDS WITH ANY OF'],
  [C.hashedNotEndsWithAnyOf, 'NOT ENDS WITH ANY OF'],
  [C.hashedArrayContainsAnyOf, 'ARRAY CONTAINS ANY OF'],
  [C.hashedArrayNotContainsAnyOf, 'ARRAY NOT CONTAINS ANY OF'],
  [C.equals, 'EQUALS'],
  [C.notEquals, 'NOT EQUALS'],
  [C.startsWithAnyOf, 'STARTS WITH ANY OF'],
  [C.notStartsWithAnyOf, 'NOT STARTS WITH ANY OF'],
  [C.endsWithAnyOf, 'ENDS WITH ANY OF'],
  [C.notEndsWithAnyOf, 'NOT ENDS WITH ANY OF'],
  [C.arrayContainsAnyOf, 'ARRAY CONTAINS ANY OF'],
  [C.arrayNotContainsAnyOf, 'ARRAY NOT CONTAINS ANY OF'],
]);

const INVALID_OPERATOR = '<invalid operator>';

/** The comparator of a user condition as the SDK's log names it. */
export function comparatorName(comparator: number): string {
  return NAMES.get(comparator) ?? INVALID_OPERATOR;
}

/** The comparator of a prerequisite as the SDK's log names it. */
export function prerequisiteComparatorName(comparator: number): string {
  return ['EQUALS', 'NOT EQUALS'][comparator] ?? INVALID_OPERATOR;
}

/** The comparator of a segment as the SDK's log names it. */
export function segmentComparatorName(comparator: number): string {
  return ['IS IN SEGMENT', 'IS NOT IN SEGMENT'][comparator] ?? INVALID_OPERATOR;
}
