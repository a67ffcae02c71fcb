import { QueryFailedError } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import { TooManyEventsError } from './engage/engage.errors.js';
import { RefusalLog, type Refusal } from './refusal-log.js';

const request = (path: string, params: Record<string, string> = {}): Refusal['request'] => ({
  route: { path },
  params,
});
const away = (code: string, message: string): Refusal => ({
  status: 503,
  type: 'database_unavailable',
  error: new QueryFailedError(
    'select $1',
    ['ada'],
    Object.assign(new Error(message), { code, detail: 'ada' }),
  ),
  request: request('/engage/:destination/events', { destination: 'dest' }),
});

describe('the log of what was refused', () => {
  let lines: string[];
  let now: number;
  let log: RefusalLog;

  beforeEach(() => {
    lines = [];
    now = 0;
    const logger = {
      warn: (line: unknown) => lines.push(`warn ${String(line)}`),
      error: (line: unknown) => lines.push(`error ${String(line)}`),
    };
    log = new RefusalLog(logger, () => now);
  });

  it('says what was answered 503, and why, without what the statement was about', () => {
    log.report(away('25006', 'cannot execute INSERT in a read-only transaction'));
    expect(lines).toEqual([
      'warn Answered 503 (database_unavailable): cannot execute INSERT in a read-only transaction (25006)',
    ]);
  });

  it('says one cause once in a while, and how often it was; another one beside it', () => {
    for (now = 0; now < 10_000; now += 100) log.report(away('53100', 'disk full'));
    log.report(away('53300', 'too many clients'));
    log.report(away('53100', 'disk full'));
    expect(lines).toEqual([
      'warn Answered 503 (database_unavailable): disk full (53100)',
      'warn Answered 503 (database_unavailable): too many clients (53300)',
      'warn Answered 503 (database_unavailable): disk full (53100) (99 more times before)',
    ]);
  });

  it('says whose events are lost by a 413, and nothing else of the URL', () => {
    const error = new TooManyEventsError('More than 40000 events.');
    const refusal = { status: 413, type: error.code, error } as const;
    const params = { destination: 'dest', key: 'ada' };
    log.report({ ...refusal, request: request('/engage/:destination/events', params) });
    log.report({ ...refusal, request: request('/admin/v1/members/:key', params) });
    log.report({ ...refusal, request: { route: undefined, params: {} } });
    expect(lines).toEqual([
      'error Answered 413, after which Segment gives up, at /engage/dest/events: More than 40000 events.',
      'error Answered 413, after which Segment gives up, at /admin/v1/members/:key: More than 40000 events.',
      'error Answered 413, after which Segment gives up, at an unknown route: More than 40000 events.',
    ]);
  });
});
