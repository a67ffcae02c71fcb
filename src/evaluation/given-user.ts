import { AudienceSyncError } from '../error.js';
import type { User } from './user.js';

/** What somebody calls a user is none; the message says why. */
export class InvalidUserError extends AudienceSyncError {
  readonly code = 'invalid_user';
}

/**
 * A user as JSON gives it, over default attributes: those of a later set win over an earlier one's.
 * Without a user and without defaults there is none. Takes `given` as its own.
 * @throws InvalidUserError
 */
export function readUser(given: unknown, defaults: readonly User[]): User | undefined {
  if (given !== undefined && !isObject(given)) {
    throw new InvalidUserError('the user must be an object');
  }
  const own = given && checked(given);
  return defaults.every(isEmpty) ? own : Object.assign(emptyUser(), ...defaults, own);
}

/** In place, since nobody else has what was parsed: a copy costs half as much as parsing it did. */
function checked(user: Record<string, unknown>): User {
  for (const name of Object.keys(user)) {
    const value = user[name];
    if (typeof value === 'string' || typeof value === 'number') continue;
    if (!Array.isArray(value)) {
      throw new InvalidUserError(
        `'${name}' has an invalid type, only 'string', 'number', and 'string[]' types are allowed`,
      );
    }
    user[name] = value.filter((item) => typeof item === 'string');
  }
  return user;
}

function isEmpty(attributes: User): boolean {
  for (const name in attributes) if (Object.hasOwn(attributes, name)) return false;
  return true;
}

/** Without a prototype, so that an attribute may be called `__proto__`. */
function emptyUser(): Record<string, unknown> {
  return Object.create(null);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
