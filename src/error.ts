/**
 * The one base of this service's own errors. `code` is stable: logs, problem details and tests
 * rely on it; `message` says what happened, to what, and what to do.
 */
export abstract class AudienceSyncError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
