import { QueryFailedError } from 'typeorm';

/** Worth repeating as it is: the statement lost a race, and nothing of it was kept. */
const CONFLICTS: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
]);

/** The server is away, starting, stopping, full or too slow: worth repeating, but not at once. */
const UNAVAILABLE: ReadonlySet<string> = new Set([
  '25006', // read_only_sql_transaction: a standby, or a primary that was told to write no more
  '25P03', // idle_in_transaction_session_timeout: the process was frozen in the middle
  '25P04', // transaction_timeout
  '57000', // operator_intervention
  '57014', // query_canceled: by statement_timeout, behind a lock or on a server with too much to do
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P04', // database_dropped: it may be restored under the same name
  '57P05', // idle_session_timeout
  '58000', // system_error, of the operating system
  '58030', // io_error
]);

/**
 * Classes of the same: connections that broke, and resources that ran out (memory, connections, a
 * full disk).
 */
const UNAVAILABLE_CLASS = /^(08|53)/;

/**
 * The server is there, and lets this service in no more: its password, its right to connect or its
 * database is gone. Waiting mends that only when somebody does something.
 */
const LOCKED_OUT: ReadonlySet<string> = new Set([
  '28000', // invalid_authorization_specification
  '28P01', // invalid_password
  '3D000', // invalid_catalog_name
]);

const NETWORK: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT', // of a unix socket
]);

/** The five characters by which PostgreSQL names an error, or the code of a network error; undefined where there is neither. */
export function sqlState(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) {
    return undefined;
  }
  return typeof cause.code === 'string' ? cause.code : undefined;
}

/** Another transaction was in the way; the same statement may pass when repeated at once. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(sqlState(error) ?? '');
}

/** PostgreSQL can't be reached, or can't work now. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) {
    return UNAVAILABLE.has(state) || NETWORK.has(state) || UNAVAILABLE_CLASS.test(state);
  }
  // pg names what the pool and a broken connection report by message only.
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|connection ended|not queryable|query read timeout|went silent/i.test(
    message,
  );
}

/**
 * PostgreSQL refuses every connection of this service. At the start that is a mistake to stop for;
 * later, whoever sends should keep what he has until it is mended.
 */
export function isLockedOut(error: unknown): boolean {
  return LOCKED_OUT.has(sqlState(error) ?? '');
}

/** A value the statement carries is at fault, and would be again: 22xxx (data exception) or 54000 (limit exceeded). */
export function isBadData(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return state.startsWith('22') || state === '54000';
}

/**
 * What a log may say of a database error. Not the error itself: PostgreSQL's detail and TypeORM's
 * parameters hold members and payloads.
 */
export function describeDatabaseError(error: unknown): string {
  const state = sqlState(error);
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  // A data exception quotes the value it is about.
  const message =
    isBadData(error) || !(cause instanceof Error) ? 'the statement failed' : cause.message;
  return state === undefined ? message : `${message} (${state})`;
}
