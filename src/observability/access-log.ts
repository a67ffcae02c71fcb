import type { LogLevel } from '../options/log.options.js';
import type { TimedRequest } from './request-times.js';

export interface LogSink {
  debug(message: string): void;
}

/** One part of the service that answers, and how much of it is logged. */
export interface LoggedPart {
  readonly level: LogLevel;
  readonly sink: LogSink;
}

const STREAMS = '/sse/';

/**
 * Every answer at `debug`, with its route's pattern: the paths themselves hold keys, and users in
 * base64.
 */
export class AccessLog {
  /** Undefined where nobody reads it, so that it costs nothing. */
  private readonly http: LogSink | undefined;
  private readonly sse: LogSink | undefined;

  constructor({ http, sse }: { readonly http: LoggedPart; readonly sse: LoggedPart }) {
    this.http = http.level === 'debug' ? http.sink : undefined;
    this.sse = sse.level === 'debug' ? sse.sink : undefined;
  }

  write(request: TimedRequest): void {
    const sink = request.route?.startsWith(STREAMS) === true ? this.sse : this.http;
    sink?.debug(lineOf(request));
  }
}

function lineOf({ method, route = '(no route)', status, milliseconds }: TimedRequest): string {
  return `${method} ${route} ${status} ${milliseconds.toFixed(1)} ms`;
}
