import { AudienceSyncError } from '../error.js';

/** A choice could not be noted for all replicas, though PostgreSQL answered. */
export class DeliveryNotStoredError extends AudienceSyncError {
  readonly code = 'delivery_not_stored';
}
