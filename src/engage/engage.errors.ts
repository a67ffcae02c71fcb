import { AudienceSyncError } from '../error.js';

export class UnknownDestinationError extends AudienceSyncError {
  readonly code = 'unknown_destination';
}

/** The same words whatever was wrong: nobody learns what was nearly right. */
export class UnauthorizedError extends AudienceSyncError {
  readonly code = 'unauthorized';
}

export class InvalidRequestError extends AudienceSyncError {
  readonly code = 'invalid_request';
}

export class UnknownAudienceError extends AudienceSyncError {
  readonly code = 'unknown_audience';
}

/** More elements than any sender of real events puts into a body of that size. */
export class TooManyEventsError extends AudienceSyncError {
  readonly code = 'too_many_events';
}

/** So much waits or is under way that no more is taken; it will be later. */
export class QueueFullError extends AudienceSyncError {
  readonly code = 'queue_full';
}

/** Not committed in time; it may be later. */
export class DeadlineError extends AudienceSyncError {
  readonly code = 'deadline_exceeded';
}
