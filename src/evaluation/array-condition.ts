import { toStringArray } from './attribute-value.js';
import type { Condition } from './run.js';
import type { AttributeReader } from './scope.js';

/** ARRAY (NOT) CONTAINS ANY OF; each element is put to the test as it is or as its hash. */
export function arrayCondition(
  read: AttributeReader,
  test: (element: string) => boolean,
  negated: boolean,
): Condition {
  return (run) => {
    const array = toStringArray(read(run));
    return array === undefined ? undefined : array.some((element) => test(element)) !== negated;
  };
}
