import type { PemPair } from '../proxy/certificate-pair.js';
import type { Place } from './share.js';

/**
 * What a worker is told to begin with. It reads no options itself: one that takes another's place
 * is to have the same as the others. Holds secrets, so it travels by the pipe and not in the
 * environment.
 */
export interface Order {
  readonly place: Place;
  /** Of the main server. */
  readonly port: number;
  /** As `packOptions` made them. */
  readonly options: string;
  /** What can be used of `tls.certificates`, where a worker can't use the files. */
  readonly certificates: readonly PemPair[];
  readonly databaseUrl: string;
  /** Of the primary: PostgreSQL is to see one instance. */
  readonly instancePid: number;
}
