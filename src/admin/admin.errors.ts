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

/** Whoever replaces says what, so that nobody's change is lost unseen. */
export class VersionRequiredError extends AudienceSyncError {
  readonly code = 'version_required';

  constructor() {
    super('This needs If-Match with the ETag of the version that is replaced.');
  }
}

export class UnknownProductError extends AudienceSyncError {
  readonly code = 'unknown_product';

  constructor(product: string) {
    super(`No SDK and no destination of the options has the product '${product}'.`);
  }
}

/** Something refers to it. */
export class InUseError extends AudienceSyncError {
  readonly code = 'in_use';
}

export class UnknownSdkError extends AudienceSyncError {
  readonly code = 'unknown_sdk';

  constructor(sdkId: string) {
    super(`The options have no SDK id '${sdkId}'.`);
  }
}

/** Nothing was loaded yet, or memberships were not: nothing may be guessed. */
export class ConfigUnavailableError extends AudienceSyncError {
  readonly code = 'config_unavailable';

  constructor(sdkId: string) {
    super(`SDK id '${sdkId}' has no config yet; /status says how its source is.`);
  }
}
