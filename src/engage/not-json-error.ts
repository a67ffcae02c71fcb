import { AudienceSyncError } from '../error.js';

/**
 * The body is no JSON: the one thing events are answered 400 for. It carries no `cause`, since the
 * parser's message quotes the body, and no log may show a member.
 */
export class NotJsonError extends AudienceSyncError {
  readonly code = 'not_json';

  /** `wanted`: what should have been sent. */
  constructor(wanted = 'one event, an array of events, or {"batch":[…]}') {
    super(`The body is not JSON: send ${wanted}`);
  }
}
