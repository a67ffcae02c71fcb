import { ProblemError } from '../admin-api/problem.error.js';
import { FailedError } from '../cli.errors.js';

/** There may be a thousand. */
const SHOWN = 20;

/** What a refused import is told as: under `--strict` the service points at lines. */
export function refusedImport(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  const { errors } = error.problem;
  const lines = errors.flatMap(({ pointer, detail }) => {
    const number = /^\/(\d+)$/.exec(pointer)?.[1];
    return number === undefined ? [] : [`line ${number}: ${detail}`];
  });
  if (lines.length === 0 || lines.length < errors.length) return error;
  const more = lines.length > SHOWN ? [`and ${lines.length - SHOWN} more`] : [];
  const message = ['Nothing was imported:', ...lines.slice(0, SHOWN), ...more].join('\n  ');
  return new FailedError(message, { cause: error });
}
