import { AudienceSyncError } from '../error.js';

/**
 * The evaluation reached a part of the config that no SDK can evaluate. It aborts the whole
 * evaluation of the flag; the message is worded as the SDK's.
 */
export class InvalidModelError extends AudienceSyncError {
  readonly code = 'invalid_model';
}

/** Throws an InvalidModelError, where an expression is needed. */
export function invalidModel(message: string): never {
  throw new InvalidModelError(message);
}
