import { AudienceSyncError } from '../../error.js';

/** Why the embedded PostgreSQL cannot serve; each has its own words on what to do. */
export type EmbeddedPostgresProblem =
  | 'package_missing'
  | 'binaries_unusable'
  | 'account_unusable'
  | 'data_dir_foreign'
  | 'cluster_version'
  | 'cluster_damaged'
  | 'password_refused'
  | 'start_failed';

/** The embedded PostgreSQL could not be made ready; `problem` tells cases apart, `code` is stable. */
export class EmbeddedPostgresError extends AudienceSyncError {
  readonly code: `embedded_postgres_${EmbeddedPostgresProblem}`;

  constructor(
    readonly problem: EmbeddedPostgresProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = `embedded_postgres_${problem}`;
  }
}
