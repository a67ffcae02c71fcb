import type { Condition } from './run.js';

/** Joins conditions by AND: left to right, up to the first that is not true. None is true. */
export function conjunctionOf(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  if (only && conditions.length === 1) return only;
  return (run) => {
    for (const condition of conditions) {
      const verdict = condition(run);
      if (verdict !== true) return verdict;
    }
    return true;
  };
}
