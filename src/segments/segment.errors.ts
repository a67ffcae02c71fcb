import { AudienceSyncError } from '../error.js';

export class UnknownSegmentError extends AudienceSyncError {
  readonly code = 'unknown_segment';

  constructor(id: string) {
    super(`There is no segment ${id}.`);
  }
}

/** Names are unique in a product. */
export class NameTakenError extends AudienceSyncError {
  readonly code = 'name_taken';

  constructor(name: string, product: string) {
    super(`The product '${product}' has a segment '${name}' already.`);
  }
}

/** Somebody was faster. */
export class VersionConflictError extends AudienceSyncError {
  readonly code = 'version_conflict';

  constructor(expected: number, now: number) {
    super(`The segment has version ${now}, not ${expected}: read it again, and decide anew.`);
  }
}
