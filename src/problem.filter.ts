import {
  Catch,
  HttpException,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { isBadData, isConflict, isLockedOut, isUnavailable } from './database/sql-state.js';
import { AudienceSyncError, InvalidInputError, type InputProblem } from './error.js';
import { RefusalLog, type Refusal } from './refusal-log.js';

/** RFC 9457. */
interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** All that is wrong in the request. */
  readonly errors?: readonly InputProblem[];
}

/** Seconds; Segment and its SDKs wait at least so long. */
const RETRY_AFTER = '1';

const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map([
  ['not_json', 400],
  ['unauthorized', 401],
  ['forbidden', 403],
  ['unknown_destination', 404],
  ['unknown_audience', 404],
  ['unknown_member', 404],
  ['unknown_segment', 404],
  ['unknown_product', 404],
  ['unknown_sdk', 404],
  ['flag_not_found', 404],
  ['too_many_audiences', 409],
  ['name_taken', 409],
  ['in_use', 409],
  ['import_running', 409],
  ['import_given_up', 409],
  ['version_conflict', 412],
  ['too_many_events', 413],
  ['invalid_request', 422],
  ['invalid_input', 422],
  ['import_refused', 422],
  ['version_required', 428],
  ['too_many_streams', 429],
  ['queue_full', 503],
  ['deadline_exceeded', 503],
  ['database_unavailable', 503],
  ['config_unavailable', 503],
]);

const TITLES: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [409, 'Conflict'],
  [412, 'Precondition Failed'],
  [413, 'Content Too Large'],
  [415, 'Unsupported Media Type'],
  [422, 'Unprocessable Content'],
  [428, 'Precondition Required'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [503, 'Service Unavailable'],
]);

/** The one place where errors become answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly onUnexpected: (error: unknown) => void,
    private readonly onRefused: (refusal: Refusal) => void = new RefusalLog(new Logger('Http'))
      .report,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const problem = problemOf(error);
    if (problem.status === 500) {
      this.onUnexpected(error);
    }
    if (problem.status === 503 || problem.status === 413) {
      const { status, type } = problem;
      this.onRefused({ status, type, error, request: http.getRequest<Request>() });
    }
    if (problem.status === 401) {
      response.setHeader('WWW-Authenticate', 'Bearer');
    }
    if (problem.status === 503) {
      response.setHeader('Retry-After', RETRY_AFTER);
    }
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof InvalidInputError) {
    return { ...asProblem(error.code, 422, error.message), errors: error.problems };
  }
  if (error instanceof AudienceSyncError) {
    const status = STATUS_OF_CODE.get(error.code) ?? 500;
    return status === 500 ? unexpected() : asProblem(error.code, status, error.message);
  }
  if (isUnavailable(error) || isLockedOut(error)) {
    const detail = 'PostgreSQL is away, or cannot take this now; send it again.';
    return asProblem('database_unavailable', 503, detail);
  }
  if (isConflict(error)) {
    return asProblem('conflict', 503, 'Other writers were faster each time; send this again.');
  }
  if (isBadData(error)) {
    return asProblem('invalid_input', 422, 'PostgreSQL can not keep what was sent.');
  }
  const status = statusOf(error);
  if (status === undefined || status >= 500) {
    return unexpected();
  }
  return asProblem('about:blank', status, detailOf(error, status));
}

function unexpected(): Problem {
  return asProblem('internal_error', 500, 'Something went wrong here; the log says what.');
}

function asProblem(type: string, status: number, detail: string): Problem {
  return { type, title: TITLES.get(status) ?? 'Error', status, detail };
}

/** Nest and Express quote the URL, and a URL may hold a token; body-parser speaks of the body's form only. */
function detailOf(error: unknown, status: number): string {
  const isAboutUrl = error instanceof HttpException || error instanceof URIError;
  if (!isAboutUrl && error instanceof Error) {
    return error.message;
  }
  return status === 404 ? 'There is no such route.' : 'The request can not be understood.';
}

/** Nest's exceptions and body-parser's errors. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) {
    return error.getStatus();
  }
  if (typeof error === 'object' && error !== null && 'statusCode' in error) {
    return typeof error.statusCode === 'number' ? error.statusCode : undefined;
  }
  return undefined;
}
