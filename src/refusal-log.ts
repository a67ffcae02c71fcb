import type { LoggerService } from '@nestjs/common';
import type { Request } from 'express';
import { describeDatabaseError } from './database/sql-state.js';
import { AudienceSyncError } from './error.js';
import { ErrorLog } from './observability/error-log.js';

/** What was sent and not taken, for reasons that its sender can't mend alone. */
export interface Refusal {
  readonly status: 413 | 503;
  /** Of the problem that was answered. */
  readonly type: string;
  readonly error: unknown;
  readonly request: Pick<Request, 'params' | 'route'>;
}

/** Tells whoever runs the service what was answered 503 or 413: a line for each cause in a while. */
export class RefusalLog {
  private readonly postponed: ErrorLog;
  private readonly lost: ErrorLog;

  constructor(logger: Pick<LoggerService, 'warn' | 'error'>, now?: () => number) {
    this.postponed = new ErrorLog({ error: (line) => logger.warn(line) }, String, now);
    this.lost = new ErrorLog({ error: (line) => logger.error(line) }, String, now);
  }

  /** Bound, so that it can be handed on. */
  readonly report = ({ status, type, error, request }: Refusal): void => {
    const cause = causeOf(error);
    if (status === 503) this.postponed.report(`Answered 503 (${type}): ${cause}`);
    else
      this.lost.report(`Answered 413, after which Segment gives up, ${routeOf(request)}: ${cause}`);
  };
}

/** Without parameters, which hold members. */
function causeOf(error: unknown): string {
  return error instanceof AudienceSyncError ? error.message : describeDatabaseError(error);
}

/** The pattern, with the destination in it: that one is known when a body is read. No other part of a URL may be told. */
function routeOf({ params, route }: Refusal['request']): string {
  const path: unknown =
    typeof route === 'object' && route !== null ? Reflect.get(route, 'path') : undefined;
  const pattern = typeof path === 'string' ? path : 'an unknown route';
  const destination: unknown = pattern.startsWith('/engage/') ? params['destination'] : undefined;
  return `at ${typeof destination === 'string' ? pattern.replace(':destination', destination) : pattern}`;
}
