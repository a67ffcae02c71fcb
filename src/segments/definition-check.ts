import { parseVersion } from '../evaluation/attribute-value.js';
import type { InputProblem } from '../error.js';
import { comparatorKind, type ValueKind } from './comparators.js';
import type { ConditionDefinition, ListItem, SimpleDefinition } from './segment-definition.js';
import { fullCondition } from './simple-condition.js';

export const MAX_LIST_ITEMS = 15_000;
export const MAX_VALUE_LENGTH = 65_535;

/** PostgreSQL's jsonb takes no NUL, and a lone surrogate has no UTF-8. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** What PostgreSQL can not keep, in words; undefined: it can. */
export function textProblem(text: string): string | undefined {
  return UNSTORABLE.test(text) ? 'must hold neither NUL nor half of a surrogate pair' : undefined;
}

/** What is wrong with the value of a single condition; nothing where all is well. */
export function simpleProblems(definition: SimpleDefinition): readonly InputProblem[] {
  const { kind, found } = problemsOf(fullCondition(definition));
  // All of it stands in one text.
  const details = new Set(
    found.map(({ detail }) => (kind === 'number' ? 'must be a number' : detail)),
  );
  return [...details].map((detail) => ({ pointer: '/comparisonValue', detail }));
}

/** The same of one of several; `pointer`: where it stands. */
export function conditionProblems(
  condition: ConditionDefinition,
  pointer: string,
): readonly InputProblem[] {
  return problemsOf(condition).found.map((problem) => ({
    ...problem,
    pointer: `${pointer}/comparisonValue${problem.pointer}`,
  }));
}

const MEMBERS: Readonly<Record<ValueKind, 'stringValue' | 'doubleValue' | 'listValue'>> = {
  text: 'stringValue',
  version: 'stringValue',
  number: 'doubleValue',
  date: 'doubleValue',
  list: 'listValue',
  versions: 'listValue',
};

function problemsOf({ comparator, comparisonValue }: ConditionDefinition): {
  readonly kind: ValueKind;
  readonly found: readonly InputProblem[];
} {
  const { value: kind } = comparatorKind(comparator);
  const member = MEMBERS[kind];
  const given = Object.entries(comparisonValue).filter(([, value]) => value != null);
  if (given.length !== 1 || given[0]?.[0] !== member) {
    return {
      kind,
      found: [{ pointer: '', detail: `needs ${member}, and nothing else, for ${comparator}` }],
    };
  }
  const { stringValue = '', doubleValue = Number.NaN, listValue = [] } = comparisonValue;
  if (member === 'listValue') return { kind, found: listProblems(listValue, kind === 'versions') };
  const pointer = `/${member}`;
  if (member === 'doubleValue') {
    return {
      kind,
      found: Number.isFinite(doubleValue) ? [] : [{ pointer, detail: 'must be a number' }],
    };
  }
  const detail = valueProblem(stringValue, kind === 'version');
  return { kind, found: detail === undefined ? [] : [{ pointer, detail }] };
}

function listProblems(items: readonly ListItem[], areVersions: boolean): readonly InputProblem[] {
  const pointer = '/listValue';
  if (items.length === 0) return [{ pointer, detail: 'must have at least one value' }];
  if (items.length > MAX_LIST_ITEMS) {
    return [
      {
        pointer,
        detail: `must have at most ${MAX_LIST_ITEMS} values; an audience may have any number`,
      },
    ];
  }
  return items.flatMap(({ value }, index) => {
    const detail = valueProblem(value, areVersions);
    return detail === undefined ? [] : [{ pointer: `${pointer}/${index}/value`, detail }];
  });
}

function valueProblem(value: string, isVersion: boolean): string | undefined {
  if (value === '') return 'must not be empty';
  if (value.length > MAX_VALUE_LENGTH) return `must have at most ${MAX_VALUE_LENGTH} characters`;
  if (isVersion && !isPlainVersion(value)) return 'must be a semantic version such as 1.2.3';
  return textProblem(value);
}

/** Older SDKs take no `v` before it, and no blanks around it. */
function isPlainVersion(text: string): boolean {
  return /^\d/.test(text) && text === text.trim() && parseVersion(text) !== undefined;
}
