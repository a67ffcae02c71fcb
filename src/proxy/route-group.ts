import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cors } from './cors.js';
import { sendMethodNotAllowed, sendText } from './response.js';

export interface RouteGroupSettings {
  /** Undefined: switched off. */
  readonly cors: Cors | undefined;
  /** Set on every response. */
  readonly headers: Readonly<Record<string, string>>;
  /** Every request must bring all of them. */
  readonly authHeaders: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  run(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** What the routes of one group share, in the proxy's order: CORS, headers, OPTIONS, auth, handler. */
export class RouteGroup {
  private readonly extraHeaders: ReadonlyArray<readonly [string, string]>;
  private readonly secrets: ReadonlyArray<readonly [string, Buffer]>;

  constructor(private readonly settings: RouteGroupSettings) {
    this.extraHeaders = Object.entries(settings.headers);
    this.secrets = Object.entries(settings.authHeaders).map(
      ([name, secret]) => [name.toLowerCase(), digest(secret)] as const,
    );
  }

  async handle(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const isRead = route.method === 'GET' && (method === 'GET' || method === 'HEAD');
    if (!isRead && method !== 'OPTIONS' && method !== route.method) {
      sendMethodNotAllowed(
        response,
        route.method === 'GET' ? 'GET, HEAD, OPTIONS' : 'OPTIONS, POST',
      );
      return;
    }
    this.setHeaders(request, response);
    if (method === 'OPTIONS') {
      this.answerPreflight(route, response);
      return;
    }
    if (!this.isAuthorized(request)) {
      sendText(response, 401, 'Unauthorized');
      return;
    }
    await route.run(request, response);
  }

  private setHeaders(request: IncomingMessage, response: ServerResponse): void {
    setAll(response, this.settings.cors?.headers(request.headers.origin) ?? []);
    for (const [name, value] of this.extraHeaders) response.setHeader(name, value);
  }

  private answerPreflight(route: Route, response: ServerResponse): void {
    setAll(response, this.settings.cors?.preflightHeaders(route.method) ?? []);
    response.writeHead(204);
    response.end();
  }

  private isAuthorized(request: IncomingMessage): boolean {
    let isRight = true;
    for (const [name, secret] of this.secrets) {
      const given = request.headers[name];
      // All are compared, whichever is wrong first.
      if (!timingSafeEqual(digest(typeof given === 'string' ? given : ''), secret)) isRight = false;
    }
    return isRight;
  }
}

function setAll(response: ServerResponse, headers: readonly string[]): void {
  for (let index = 0; index < headers.length; index += 2) {
    response.setHeader(headers[index] ?? '', headers[index + 1] ?? '');
  }
}

/** Digests have one length, so comparing them takes one time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
