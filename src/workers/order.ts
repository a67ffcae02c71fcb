import type { Place } from './share.js';

/** What a worker is told to begin with. */
export interface Order {
  readonly place: Place;
  /** Of the main server. */
  readonly port: number;
  /** With the password: a secret, so it travels by the pipe and not in the environment. */
  readonly databaseUrl: string;
  /** Of the primary: PostgreSQL is to see one instance. */
  readonly instancePid: number;
}
