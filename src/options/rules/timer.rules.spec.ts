import { describe, expect, it } from 'vitest';
import { Binder } from '../bind.js';
import { Options } from '../options.js';
import { Problems, type Problem } from '../problems.js';
import { checkTimers } from './timer.rules.js';

function check(raw: unknown): readonly Problem[] {
  const problems = new Problems();
  checkTimers(new Binder(problems).bind(Options, raw), problems);
  return problems.all();
}

describe('what is waited for', () => {
  it('is at most what a timer can wait', () => {
    const tooLong = {
      http: { sse: { heart_beat_interval: '25d' } },
      database: { statement_timeout: '30d' },
      engage: { flush: { delay: '100d' } },
      sdks: {
        a: { poll_interval: 2_592_000, offline: { local: { poll_interval: 99_999_999_999 } } },
      },
    };
    expect(check(tooLong)).toEqual([
      { path: 'http.sse.heart_beat_interval', message: 'must be at most 24d' },
      { path: 'database.statement_timeout', message: 'must be at most 24d' },
      { path: 'engage.flush.delay', message: 'must be at most 24d' },
      { path: 'sdks.a.poll_interval', message: 'must be at most 2147483 (24 days)' },
      { path: 'sdks.a.offline.local.poll_interval', message: 'must be at most 2147483 (24 days)' },
    ]);
  });

  it('may be weeks, and ages may be years', () => {
    const long = {
      http: { sse: { heart_beat_interval: '24d' } },
      sdks: { a: { poll_interval: 2_073_600 } },
      engage: { changes_for: '3650d', tombstones_for: '3650d', quiet_after: '3650d' },
    };
    expect(check(long)).toEqual([]);
  });
});
