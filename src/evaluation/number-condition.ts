import { Comparator } from './comparator.js';
import type { Condition } from './run.js';
import type { AttributeReader } from './scope.js';

/** A relation of numbers as IEEE 754 has it: to NaN only != is true. Dates are unix seconds. */
export function numberCondition(
  read: AttributeReader,
  convert: (value: unknown) => number | undefined,
  comparison: { comparator: number; item: number },
): Condition {
  const { comparator, item } = comparison;
  return (run) => {
    const number = convert(read(run));
    return number === undefined ? undefined : holds(number, comparator, item);
  };
}

function holds(number: number, comparator: number, item: number): boolean {
  switch (comparator) {
    case Comparator.numberEquals:
      return number === item;
    case Comparator.numberNotEquals:
      return number !== item;
    case Comparator.numberLess:
    case Comparator.before:
      return number < item;
    case Comparator.numberLessOrEquals:
      return number <= item;
    case Comparator.numberGreater:
    case Comparator.after:
      return number > item;
    default:
      return number >= item;
  }
}
