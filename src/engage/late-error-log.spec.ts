import { QueryFailedError } from 'typeorm';
import { expect, it } from 'vitest';
import { DeadlineError } from './engage.errors.js';
import { lateErrorLog } from './late-error-log.js';

it('tells why work failed after its answer, without its parameters, and not that it was given up', () => {
  const lines: unknown[] = [];
  const report = lateErrorLog({ warn: (line: unknown) => lines.push(line) });
  const cause = Object.assign(new Error('canceling statement'), { code: '57014', detail: 'ada' });
  report(new QueryFailedError('select $1', ['ada'], cause));
  report(new DeadlineError('nobody waits'));
  expect(lines).toEqual(['Failed after it was answered 503: canceling statement (57014)']);
});
