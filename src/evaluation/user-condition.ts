import { arrayCondition } from './array-condition.js';
import { toNumber, toStringArray, toUnixSeconds, toVersion } from './attribute-value.js';
import { Comparator as C } from './comparator.js';
import type { UserConditionJson } from './config-json.js';
import type { Hasher } from './hash.js';
import { digestCondition, lazyDigestSet, sliceCondition } from './hashed-condition.js';
import { invalidModel } from './invalid-model-error.js';
import { numberCondition } from './number-condition.js';
import type { Condition } from './run.js';
import type { AttributeReader, Scope } from './scope.js';
import type { TextTest } from './text-condition.js';
import {
  containingAnyOf,
  endingWithAnyOf,
  equalTo,
  lazySet,
  startingWithAnyOf,
  textCondition,
} from './text-condition.js';
import { versionListCondition, versionRelationCondition } from './version-condition.js';

/** A user condition that is being compiled. */
interface Part {
  readonly json: UserConditionJson;
  readonly scope: Scope;
  readonly read: AttributeReader;
  readonly negated: boolean;
}

/**
 * Compiles a user condition. What is wrong with it is found out when it is reached, in the order
 * of the SDK: the attribute is converted first, then the value is looked at, then the salt.
 */
export function compileUserCondition(json: UserConditionJson, scope: Scope): Condition {
  const family = FAMILIES.get(json.c);
  const read = scope.reader(json.a);
  if (!family) return failing(read, 'Comparison operator is invalid.');
  return family.compile({ json, scope, read, negated: family.negated });
}

interface Family {
  readonly negated: boolean;
  readonly compile: (part: Part) => Condition;
}

const FAMILIES: ReadonlyMap<number, Family> = new Map<number, Family>([
  ...pair(C.isOneOf, C.isNotOneOf, text(lazySet)),
  ...pair(C.containsAnyOf, C.notContainsAnyOf, text(containingAnyOf)),
  ...pair(C.startsWithAnyOf, C.notStartsWithAnyOf, text(startingWithAnyOf)),
  ...pair(C.endsWithAnyOf, C.notEndsWithAnyOf, text(endingWithAnyOf)),
  ...pair(C.equals, C.notEquals, compileEquals),
  ...pair(C.versionIsOneOf, C.versionIsNotOneOf, compileVersionList),
  ...each([C.versionLess, C.versionLessOrEquals], compileVersionRelation),
  ...each([C.versionGreater, C.versionGreaterOrEquals], compileVersionRelation),
  ...each([C.numberEquals, C.numberNotEquals], number(toNumber)),
  ...each([C.numberLess, C.numberLessOrEquals], number(toNumber)),
  ...each([C.numberGreater, C.numberGreaterOrEquals], number(toNumber)),
  ...each([C.before, C.after], number(toUnixSeconds)),
  ...pair(C.arrayContainsAnyOf, C.arrayNotContainsAnyOf, compileArray),
  ...pair(C.hashedIsOneOf, C.hashedIsNotOneOf, compileHashedList),
  ...pair(C.hashedEquals, C.hashedNotEquals, compileHashedEquals),
  ...pair(C.hashedStartsWithAnyOf, C.hashedNotStartsWithAnyOf, slice(true)),
  ...pair(C.hashedEndsWithAnyOf, C.hashedNotEndsWithAnyOf, slice(false)),
  ...pair(C.hashedArrayContainsAnyOf, C.hashedArrayNotContainsAnyOf, compileHashedArray),
]);

function pair(positive: number, negative: number, compile: Family['compile']): [number, Family][] {
  return [
    [positive, { compile, negated: false }],
    [negative, { compile, negated: true }],
  ];
}

function each(comparators: readonly number[], compile: Family['compile']): [number, Family][] {
  return comparators.map((comparator) => [comparator, { compile, negated: false }]);
}

function text(testOf: (items: readonly string[]) => TextTest): Family['compile'] {
  return ({ json, read, negated }) =>
    json.l ? textCondition(read, testOf(json.l), negated) : valueMissing(read);
}

function compileEquals({ json, read, negated }: Part): Condition {
  const item = json.s ?? undefined;
  return item === undefined ? valueMissing(read) : textCondition(read, equalTo(item), negated);
}

function compileVersionList({ json, read, negated }: Part): Condition {
  return json.l
    ? versionListCondition(read, json.l, negated)
    : valueMissing((run) => toVersion(read(run)));
}

function compileVersionRelation({ json, read }: Part): Condition {
  const item = json.s ?? undefined;
  return item === undefined
    ? valueMissing((run) => toVersion(read(run)))
    : versionRelationCondition(read, item, json.c);
}

function number(convert: (value: unknown) => number | undefined): Family['compile'] {
  return ({ json, read }) => {
    const item = json.d ?? undefined;
    return item === undefined
      ? valueMissing((run) => convert(read(run)))
      : numberCondition(read, convert, { comparator: json.c, item });
  };
}

function compileArray({ json, read, negated }: Part): Condition {
  return json.l ? arrayCondition(read, lazySet(json.l), negated) : valueMissing(arrayOf(read));
}

function compileHashedList(part: Part): Condition {
  return part.json.l ? compileDigest(part, part.json.l) : valueMissing(part.read);
}

function compileHashedEquals(part: Part): Condition {
  const item = part.json.s ?? undefined;
  return item === undefined ? valueMissing(part.read) : compileDigest(part, [item]);
}

function compileDigest(part: Part, items: readonly string[]): Condition {
  const { json, read, scope, negated } = part;
  return withHasher(part, read, (hasher) =>
    digestCondition(read, scope.digester(json.a, hasher), { items, negated }),
  );
}

function slice(start: boolean): Family['compile'] {
  return (part) => {
    const { json, read, negated } = part;
    const items = json.l;
    if (!items) return valueMissing(read);
    return withHasher(part, read, (hasher) =>
      sliceCondition(read, hasher, { items, start, negated }),
    );
  };
}

function compileHashedArray(part: Part): Condition {
  const { json, read, negated } = part;
  if (!json.l) return valueMissing(arrayOf(read));
  const contains = lazyDigestSet(json.l);
  return withHasher(part, arrayOf(read), (hasher) =>
    arrayCondition(read, (element) => contains(hasher.digest(element)), negated),
  );
}

function arrayOf(read: AttributeReader): AttributeReader {
  return (run) => toStringArray(read(run));
}

function withHasher(
  { scope }: Part,
  read: AttributeReader,
  compile: (hasher: Hasher) => Condition,
): Condition {
  return scope.hasher ? compile(scope.hasher) : failing(read, 'Config JSON salt is missing.');
}

function valueMissing(read: AttributeReader): Condition {
  return failing(read, 'Comparison value is missing.');
}

/** A condition that is an invalid model, once its attribute could be read. */
function failing(read: AttributeReader, message: string): Condition {
  return (run) => (read(run) === undefined ? undefined : invalidModel(message));
}
