import { AudienceSyncError } from '../../error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { isObject } from './shape.js';

/** RFC 9457, as the admin API answers it. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly ProblemPart[];
}

/** One thing that is wrong in what was sent. */
export interface ProblemPart {
  readonly pointer: string;
  readonly detail: string;
  /** Missing: the body. */
  readonly in?: string;
}

/** The service answered, and it was no. The message has all that it said. */
export class ProblemError extends AudienceSyncError {
  readonly code = 'refused';

  constructor(readonly problem: ProblemDetails) {
    super(textOf(problem));
  }

  get exitCode(): ExitCode {
    const { status } = this.problem;
    return status === 401 || status === 403 ? EXIT.unauthorized : EXIT.failed;
  }
}

/** Of an answer's body, which may be no problem at all: a proxy's page, say. */
export function readProblem(status: number, body: unknown): ProblemDetails {
  const members = isObject(body) ? body : {};
  const { type, title, detail, errors } = members;
  return {
    type: typeof type === 'string' ? type : 'about:blank',
    title: typeof title === 'string' ? title : '',
    status,
    detail: typeof detail === 'string' ? detail : '',
    errors: Array.isArray(errors) ? errors.filter(isPart) : [],
  };
}

function textOf({ type, status, title, detail, errors }: ProblemDetails): string {
  const head = [String(status), title].filter((part) => part !== '').join(' ');
  if (errors.length > 0) return [`${head}:`, ...errors.map(lineOf)].join('\n');
  if (status === 404 && type === 'about:blank') return NO_SUCH_CALL;
  return detail === '' ? `The service answers ${head}.` : `${head}: ${detail}`;
}

const NO_SUCH_CALL =
  'The service has no such call: is the URL right, is its admin API on (admin.tokens), and is it of this version?';

function lineOf({ pointer, detail, in: place }: ProblemPart): string {
  return `  ${[place ?? '', pointer].filter((part) => part !== '').join(' ') || 'the body'}: ${detail}`;
}

function isPart(value: unknown): value is ProblemPart {
  return (
    isObject(value) && typeof value['pointer'] === 'string' && typeof value['detail'] === 'string'
  );
}
