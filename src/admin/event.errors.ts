import { AudienceSyncError } from '../error.js';

export class TooManyStreamsError extends AudienceSyncError {
  readonly code = 'too_many_streams';
}
