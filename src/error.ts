/**
 * The one base of this service's own errors. `code` is stable: logs, problem details and tests
 * rely on it; `message` says what happened, to what, and what to do.
 */
export abstract class AudienceSyncError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** One thing that is wrong in what was sent. */
export interface InputProblem {
  /** RFC 6901, from the root of the body (or of the query, where `in` says so). */
  readonly pointer: string;
  readonly detail: string;
  /** Missing: the body. */
  readonly in?: 'query' | 'path' | 'header';
}

/** In one sentence, and in an answer. */
const MOST_NAMED = 5;
const MOST_TOLD = 1_000;

/** What was sent can be read, and not be done. */
export class InvalidInputError extends AudienceSyncError {
  readonly code = 'invalid_input';

  /** The first thousand. */
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    const named = problems
      .slice(0, MOST_NAMED)
      .map(({ pointer, detail }) => `${pointer || 'the body'}: ${detail}`);
    const surplus = problems.length - named.length;
    super([...named, ...(surplus > 0 ? [`and ${surplus} more`] : [])].join('; '));
    this.problems = problems.slice(0, MOST_TOLD);
  }
}
