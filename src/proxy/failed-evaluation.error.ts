import { AudienceSyncError } from '../error.js';

/** A flag that the config has, and that nobody can evaluate as it is. Tells nothing of the user. */
export class FailedEvaluationError extends AudienceSyncError {
  readonly code = 'evaluation_failed';

  constructor({ sdkId, key }: { readonly sdkId: string; readonly key: string }, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // As JSON: a key may hold what would begin another line.
    super(`The flag ${JSON.stringify(key)} of the SDK id '${sdkId}' failed: ${reason}`, { cause });
  }
}
