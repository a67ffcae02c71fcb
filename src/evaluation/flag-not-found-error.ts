import { AudienceSyncError } from '../error.js';

/** The config has no flag of this key. */
export class FlagNotFoundError extends AudienceSyncError {
  readonly code = 'flag_not_found';

  constructor(readonly key: string) {
    super(`The config has no flag '${key}'.`);
  }
}
