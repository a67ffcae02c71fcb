import { AudienceSyncError } from '../error.js';

/** A config JSON that is refused whole; `path` says where, as in `$.f.flag.r[0].c[1].u.a`. */
export class InvalidConfigError extends AudienceSyncError {
  readonly code = 'invalid_config';

  constructor(
    readonly path: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`The config JSON is refused: ${reason} at ${path}.`, options);
  }
}
