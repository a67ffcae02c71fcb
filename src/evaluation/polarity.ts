import { invalidModel } from './invalid-model-error.js';

/** EQUALS and IS IN (0), NOT EQUALS and IS NOT IN (1); anything else is an invalid model. */
export function withPolarity(comparator: number, holds: boolean): boolean {
  if (comparator === 0) return holds;
  return comparator === 1 ? !holds : invalidModel('Comparison operator is invalid.');
}
