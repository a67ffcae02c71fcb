import { describe, expect, it } from 'vitest';
import { ProblemError, readProblem } from './problem.error.js';

const message = (status: number, body: unknown): string =>
  new ProblemError(readProblem(status, body)).message;

describe('a refusal', () => {
  it('names all that is wrong, with where it stands', () => {
    const errors = [
      { pointer: '/comparator', detail: 'must be known' },
      { pointer: '/limit', detail: 'must be 1 or more', in: 'query' },
      { pointer: '', detail: 'must be an object' },
      { nonsense: true },
    ];
    expect(message(422, { title: 'Unprocessable Content', detail: 'all of it', errors })).toBe(
      '422 Unprocessable Content:\n' +
        '  /comparator: must be known\n' +
        '  query /limit: must be 1 or more\n' +
        '  the body: must be an object',
    );
  });

  it('without parts is its detail', () => {
    const body = { type: 'in_use', title: 'Conflict', detail: 'Flags use it.' };
    expect(message(409, body)).toBe('409 Conflict: Flags use it.');
  });

  it('of a call that is not there tells what may be wrong', () => {
    expect(message(404, { type: 'about:blank', title: 'Not Found', detail: 'no route' })).toMatch(
      /admin API on/,
    );
    expect(message(404, undefined)).toMatch(/is the URL right/);
    expect(message(404, { type: 'unknown_segment', title: 'Not Found', detail: 'no x' })).toBe(
      '404 Not Found: no x',
    );
  });

  it.each([undefined, null, 'text', [], { errors: 'x', detail: 7 }])(
    'that is no problem details is told by its number: %j',
    (body) => {
      expect(message(502, body)).toBe('The service answers 502.');
    },
  );

  it.each([
    [401, 4],
    [403, 4],
    [404, 1],
    [412, 1],
    [503, 1],
  ])('with %i ends with %i', (status, exitCode) => {
    expect(new ProblemError(readProblem(status, {})).exitCode).toBe(exitCode);
  });
});
