import { AudienceSyncError } from '../error.js';

export class UnknownAudienceError extends AudienceSyncError {
  readonly code = 'unknown_audience';

  constructor(id: string) {
    super(`There is no audience '${id}'.`);
  }
}

/** Nobody of that key was ever in the audience, or it was erased or forgotten since. */
export class UnknownMemberError extends AudienceSyncError {
  readonly code = 'unknown_member';
}

/** Segments refer to the audience. */
export class AudienceInUseError extends AudienceSyncError {
  readonly code = 'in_use';
}
