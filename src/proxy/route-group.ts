import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Cors } from './cors.js';
import { send, sendText, type GroupedResponse, type HeaderList } from './response.js';
import type { Handler, Route } from './route.js';

export interface RouteGroupSettings {
  /** Undefined: switched off. */
  readonly cors: Cors | undefined;
  /** Set on every response. */
  readonly headers: Readonly<Record<string, string>>;
  /** Every request must bring all of them. */
  readonly authHeaders: Readonly<Record<string, string>>;
  /** Whether OPTIONS is a method of its routes, with CORS or without. */
  readonly answersOptions: boolean;
}

/** What the routes of one group share, in the proxy's order: CORS, headers, OPTIONS, auth, handler. */
export class RouteGroup {
  private readonly extraHeaders: HeaderList;
  private readonly secrets: ReadonlyArray<readonly [string, Buffer]>;

  constructor(private readonly settings: RouteGroupSettings) {
    this.extraHeaders = Object.entries(settings.headers).flat();
    this.secrets = Object.entries(settings.authHeaders).map(
      ([name, secret]) => [name.toLowerCase(), digest(secret)] as const,
    );
  }

  /** @returns what answers the request; undefined: it is answered. */
  admit(route: Route, request: IncomingMessage, response: GroupedResponse): Handler | undefined {
    const { method = 'GET' } = request;
    const isPreflight = method === 'OPTIONS' && this.settings.answersOptions;
    const handler = route.handlers.get(method === 'HEAD' ? 'GET' : method);
    if (handler === undefined && !isPreflight) {
      sendText(response, 405, 'Method Not Allowed', ['Allow', this.allowed(route)]);
      return undefined;
    }
    response.groupHeaders = this.headersFor(request);
    if (isPreflight) {
      const [first = 'GET'] = route.handlers.keys();
      send(response, 204, this.settings.cors?.preflightHeaders(first) ?? []);
      return undefined;
    }
    if (!this.isAuthorized(request)) {
      sendText(response, 401, 'Unauthorized');
      return undefined;
    }
    return handler;
  }

  private headersFor(request: IncomingMessage): HeaderList {
    const { cors } = this.settings;
    if (cors === undefined) return this.extraHeaders;
    return [...cors.headers(request.headers.origin), ...this.extraHeaders];
  }

  private allowed({ handlers }: Route): string {
    const methods: string[] = [...handlers.keys()];
    if (handlers.has('GET')) methods.push('HEAD');
    if (this.settings.answersOptions) methods.push('OPTIONS');
    return methods.toSorted().join(', ');
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

/** Digests have one length, so comparing them takes one time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
