import { Logger } from '@nestjs/common';
import { AudienceSyncError } from '../error.js';
import { ErrorLog } from '../observability/error-log.js';
import { describeDatabaseError } from './sql-state.js';

/** Where a room that talks to PostgreSQL reports what went wrong: without parameters, and not ten times a second. */
export function databaseErrorLog(context: string): (error: unknown) => void {
  return new ErrorLog(new Logger(context), describe).report;
}

function describe(error: unknown): string {
  return error instanceof AudienceSyncError ? error.message : describeDatabaseError(error);
}
