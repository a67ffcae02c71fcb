import { AudienceSyncError } from '../error.js';

/** The same words whatever was wrong: nobody learns what was nearly right. */
export class AdminUnauthorizedError extends AudienceSyncError {
  readonly code = 'unauthorized';

  constructor() {
    super('The admin API needs a token of admin.tokens, as "Authorization: Bearer …".');
  }
}

/** Known, and not allowed to. */
export class ForbiddenError extends AudienceSyncError {
  readonly code = 'forbidden';
}

/** A body that is no JSON. */
export class AdminNotJsonError extends AudienceSyncError {
  readonly code = 'not_json';
}
