import { FailedError, UsageError } from '../cli.errors.js';
import { noAnswer } from './no-answer.js';
import { ProblemError, readProblem } from './problem.error.js';
import type { Guard } from './shape.js';

/** Longer than the service takes for a page. */
const TIMEOUT_MS = 30_000;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request to the admin API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under `/admin/v1`, and encoded already (`pathOf`). */
  readonly path: string;
  readonly query?: Query;
  /** Goes as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds, for what takes longer than a page. */
  readonly timeout?: number;
}

/** Calls of the admin API. Reads whole answers: each is at most a page. */
export class AdminClient {
  constructor(
    /** Without a slash at its end. */
    readonly base: string,
    private readonly token: string,
  ) {}

  get authorization(): string {
    return `Bearer ${this.token}`;
  }

  url({ path, query = {} }: Pick<Call, 'path' | 'query'>): URL {
    const url = new URL(`${this.base}/admin/v1${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }

  /** The answer, if it is what it should be. @throws ProblemError, UnreachableError, FailedError */
  async ask<Answer>(call: Call, isAnswer: Guard<Answer>): Promise<Answer> {
    const { method, body, headers, timeout = TIMEOUT_MS } = call;
    const answer = await this.fetch(this.url(call), {
      method,
      headers: {
        authorization: this.authorization,
        accept: 'application/json, application/problem+json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      signal: AbortSignal.timeout(timeout),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return readAnswer(answer, isAnswer);
  }

  private async fetch(url: URL, init: RequestInit): Promise<RawAnswer> {
    try {
      const response = await fetch(url, {
        ...init,
        // Another place is not to be given the token.
        redirect: 'manual',
      });
      const location = response.headers.get('location');
      return { status: response.status, location, text: await response.text() };
    } catch (error) {
      throw noAnswer(this.base, error);
    }
  }
}

export interface RawAnswer {
  readonly status: number;
  /** Where a redirection leads to. */
  readonly location: string | null;
  readonly text: string;
}

/** @throws ProblemError, FailedError */
export function readAnswer<Answer>(answer: RawAnswer, isAnswer: Guard<Answer>): Answer {
  const { status, location, text } = answer;
  if (status >= 300 && status < 400) {
    throw new FailedError(`The service is elsewhere: it answers ${status} and ${location ?? '-'}.`);
  }
  const body = parsed(text);
  if (status >= 400) throw new ProblemError(readProblem(status, body));
  if (isAnswer(body)) return body;
  throw new FailedError(
    'The answer is not what it should be: is the URL that of Audience Sync, in this version?',
  );
}

/**
 * Segments of a path: texts may hold slashes, blanks, anything.
 * @throws UsageError for what a URL can't hold as a segment, in no spelling
 */
export function pathOf(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return strings.reduce((path, text, index) => {
    const value = values[index];
    if (value === '' || value === '.' || value === '..') {
      throw new UsageError(`"${value}" names nothing here.`);
    }
    return path + text + (value === undefined ? '' : encodeURIComponent(value));
  }, '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
