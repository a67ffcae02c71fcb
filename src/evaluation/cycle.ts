import { invalidModel } from './invalid-model-error.js';

/** Refuses prerequisites that lead back to a flag on the way, worded as the SDK does. */
export function refuseCycle(keys: readonly string[]): never {
  const path = keys.map((key) => `'${key}'`).join(' -> ');
  invalidModel(`Circular dependency detected between the following depending flags: ${path}.`);
}
