import { AudienceSyncError } from '../error.js';
import { InvalidUserError, readUser } from '../evaluation/given-user.js';
import type { User } from '../evaluation/user.js';

/** What a client asks: a flag (or none, for all flags), for a user (or none). */
export interface EvaluationRequest {
  /** Empty where the client names none. */
  readonly key: string;
  readonly user: User | undefined;
  /** How streams that are not asked by SDK id name theirs. */
  readonly sdkKey?: string | undefined;
}

/** Attributes of users that do not say otherwise; they depend on the SDK, which may stand in the question. */
export type DefaultsOf = (sdkKey: string | undefined) => readonly User[];

/** Who an OpenFeature client asks for. */
export interface OfrepContext {
  /** What the request itself says of the user. */
  readonly given: User | undefined;
  /** The same over the default attributes. */
  readonly user: User | undefined;
}

/** The message goes to the client. */
export class BadRequestError extends AudienceSyncError {
  readonly code = 'bad_request';
}

/**
 * Reads `{"key","user"}`. Attributes of a later set win over those of an earlier one; without a user
 * and without defaults there is no user.
 * @throws BadRequestError with the reason alone
 */
export function readEvaluationRequest(text: string, defaultsOf: DefaultsOf): EvaluationRequest {
  const { key: given, user, sdkKey: named } = parseObject(text);
  const key = given ?? '';
  if (typeof key !== 'string') {
    throw new BadRequestError("'key' must be a string");
  }
  const sdkKey = typeof named === 'string' ? named : undefined;
  return { key, user: mergeUser(user ?? undefined, defaultsOf(sdkKey)), sdkKey };
}

/**
 * Reads `{"context"}`, or nothing at all. Its `targetingKey` is the user's `Identifier`.
 * @throws BadRequestError with the reason alone
 */
export function readOfrepContext(text: string, defaults: readonly User[]): OfrepContext {
  const context = (text === '' ? {} : parseObject(text))['context'] ?? undefined;
  if (!isObject(context)) {
    return { given: undefined, user: mergeUser(context, defaults) };
  }
  const named = Object.hasOwn(context, 'targetingKey')
    ? { ...context, Identifier: context['targetingKey'] }
    : context;
  return { given: mergeUser(named, []), user: mergeUser(named, defaults) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadRequestError('invalid JSON');
  }
  // The proxy's parser leaves everything empty at null.
  if (body === null) return {};
  if (!isObject(body)) throw new BadRequestError('the body must be an object');
  return body;
}

function mergeUser(given: unknown, defaults: readonly User[]): User | undefined {
  try {
    return readUser(given, defaults);
  } catch (error) {
    throw error instanceof InvalidUserError ? new BadRequestError(error.message) : error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
