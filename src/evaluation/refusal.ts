import { printable } from './attribute-value.js';
import { Comparator as C } from './comparator.js';
import type { User } from './user.js';

/** Why a condition can't be evaluated, in the words of the SDK's evaluation log. */
export const MISSING_USER = 'cannot evaluate, User Object is missing';

/** Why a condition over an attribute, which could not be evaluated, could not. */
export function refusalOf(
  user: User | undefined,
  attribute: { readonly name: string; readonly value: unknown },
  comparator: number,
): string {
  if (user === undefined) return MISSING_USER;
  const { name, value } = attribute;
  if (value === undefined) return `cannot evaluate, the User.${name} attribute is missing`;
  const reason = `'${printable(value)}' is not a valid ${expectedOf(comparator)}`;
  return `cannot evaluate, the User.${name} attribute is invalid (${reason})`;
}

function expectedOf(comparator: number): string {
  if (comparator <= C.versionGreaterOrEquals) return 'semantic version';
  if (comparator <= C.numberGreaterOrEquals) return 'decimal number';
  if (comparator === C.before || comparator === C.after) {
    return 'Unix timestamp (number of seconds elapsed since Unix epoch)';
  }
  return 'string array';
}
