import { AudienceSyncError } from '../error.js';

/** There is no such audience, or it was deleted while members were imported. */
export class ImportAudienceError extends AudienceSyncError {
  readonly code = 'unknown_audience';
}

/** An audience can be replaced by one import at a time. */
export class ImportRunningError extends AudienceSyncError {
  readonly code = 'import_running';
}

/** It was not heard of for so long that its members were thrown away. */
export class ImportGivenUpError extends AudienceSyncError {
  readonly code = 'import_given_up';
}

/** Under `strict` a bad line costs all of them. */
export class ImportRefusedError extends AudienceSyncError {
  readonly code = 'import_refused';

  constructor(
    message: string,
    /** The first of them. */
    readonly problems: readonly { readonly line: number; readonly problem: string }[],
  ) {
    super(message);
  }
}
