import type { ErrorLog } from '../observability/error-log.js';

/** Where a source tells of itself. */
export interface SourceLog {
  /** Not each second the same. */
  readonly failure: ErrorLog['report'];
  readonly event: (message: string) => void;
}

/** What becomes of a failure: nobody is served anything worse than before. */
export function consequence(servesSomething: boolean): string {
  return servesSomething
    ? 'The last good config stays.'
    : 'There is no config to serve yet, so requests are answered 500.';
}
