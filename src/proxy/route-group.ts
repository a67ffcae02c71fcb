import type { IncomingMessage } from 'node:http';
import type { Cors } from './cors.js';
import { overlaid, type HeaderList } from './header-list.js';
import { RequestCredentials, type Demands } from './request-credentials.js';
import { send, sendText, type GroupedResponse } from './response.js';
import type { Handler, Route } from './route.js';

export interface RouteGroupSettings extends Demands {
  /** Undefined: switched off. */
  readonly cors: Cors | undefined;
  /** Set on every response, over CORS; an answer's own are set over them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether OPTIONS is a method of its routes, with CORS or without. */
  readonly answersOptions: boolean;
}

const ORIGIN = 'origin';

/** What the routes of one group share, in the proxy's order: CORS, headers, OPTIONS, auth, handler. */
export class RouteGroup {
  private readonly extraHeaders: HeaderList;
  private readonly hasExtraHeaders: boolean;
  /** Of all who name no origin; one list for them saves 0.2 µs, of some 12 a request. */
  private readonly withoutOrigin: HeaderList;
  private readonly credentials: RequestCredentials;

  constructor(private readonly settings: RouteGroupSettings) {
    this.extraHeaders = Object.entries(settings.headers).flat();
    this.hasExtraHeaders = this.extraHeaders.length > 0;
    this.withoutOrigin = this.withExtra(settings.cors?.headers(undefined) ?? []);
    this.credentials = new RequestCredentials(settings);
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
    if (isPreflight) {
      send(response, 204, this.preflightHeaders(route, request));
      return undefined;
    }
    response.groupHeaders = this.headersFor(request);
    response.hasExtraHeaders = this.hasExtraHeaders;
    if (!this.credentials.areIn(request)) {
      sendText(response, 401, 'Unauthorized');
      return undefined;
    }
    return handler;
  }

  private headersFor(request: IncomingMessage): HeaderList {
    const { cors } = this.settings;
    const origin = originOf(request);
    if (cors === undefined || origin === undefined) return this.withoutOrigin;
    return this.withExtra(cors.headers(origin));
  }

  private preflightHeaders({ handlers }: Route, request: IncomingMessage): HeaderList {
    const { cors } = this.settings;
    const [first = 'GET'] = handlers.keys();
    return this.withExtra(
      cors === undefined
        ? []
        : [...cors.headers(originOf(request)), ...cors.preflightHeaders(first)],
    );
  }

  private withExtra(headers: HeaderList): HeaderList {
    return this.hasExtraHeaders ? overlaid(headers, this.extraHeaders) : headers;
  }

  private allowed({ handlers }: Route): string {
    const methods: string[] = [...handlers.keys()];
    if (handlers.has('GET')) methods.push('HEAD');
    if (this.settings.answersOptions) methods.push('OPTIONS');
    return methods.toSorted().join(', ');
  }
}

/**
 * Node makes the object of headers when it is asked first, in 0.4 µs; many requests come without an
 * origin, and nothing else is asked of their headers.
 */
function originOf(request: IncomingMessage): string | undefined {
  const isNamed = request.rawHeaders.some(
    (text) => text.length === ORIGIN.length && text.toLowerCase() === ORIGIN,
  );
  return isNamed ? request.headers.origin : undefined;
}
