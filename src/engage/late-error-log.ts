import type { Logger } from '@nestjs/common';
import { describeDatabaseError } from '../database/sql-state.js';
import { AudienceSyncError } from '../error.js';
import { ErrorLog } from '../observability/error-log.js';
import { DeadlineError } from './engage.errors.js';

/**
 * Where it is told, once in a while, why work failed whose sender was answered 503 for the time it
 * took. That it was given up for that is no news.
 */
export function lateErrorLog(logger: Pick<Logger, 'warn'>): (error: unknown) => void {
  const log = new ErrorLog({ error: (line) => logger.warn(line) }, describe);
  return (error) => {
    if (!(error instanceof DeadlineError)) log.report(error);
  };
}

function describe(error: unknown): string {
  const cause = error instanceof AudienceSyncError ? error.message : describeDatabaseError(error);
  return `Failed after it was answered 503: ${cause}`;
}
