import { comparatorKind, fullComparator } from './comparators.js';
import type {
  ComparisonValue,
  ConditionDefinition,
  SimpleDefinition,
} from './segment-definition.js';

/** Contains several values where a comparator of v6 has a list, and is one value in a single condition. */
const ONE_VALUE: ReadonlySet<string> = new Set(['contains', 'doesNotContain']);

/** A single condition as one of v6: lists are split at commas, their items trimmed, empty ones dropped. */
export function fullCondition({
  comparisonAttribute,
  comparator: simple,
  comparisonValue,
}: SimpleDefinition): ConditionDefinition {
  const comparator = fullComparator(simple);
  const value = ONE_VALUE.has(simple)
    ? { listValue: [{ value: comparisonValue }] }
    : valueOf(comparatorKind(comparator).value, comparisonValue);
  return { comparisonAttribute, comparator, comparisonValue: value };
}

function valueOf(kind: ReturnType<typeof comparatorKind>['value'], text: string): ComparisonValue {
  switch (kind) {
    case 'list':
    case 'versions':
      return { listValue: itemsOf(text) };
    case 'number':
    case 'date':
      return { doubleValue: numberOf(text) };
    default:
      return { stringValue: text.trim() };
  }
}

function itemsOf(text: string): Array<{ readonly value: string }> {
  return text
    .split(',')
    .map((item) => ({ value: item.trim() }))
    .filter(({ value }) => value !== '');
}

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** NaN where it is none. */
function numberOf(text: string): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}
