import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api } from './api.js';
import type { Cdn } from './cdn.js';
import type { Health } from './health.js';
import { sendNotFound } from './response.js';
import type { Route, RouteGroup } from './route-group.js';
import type { Sse } from './sse.js';

const CDN_PREFIX = '/configuration-files/configcat-proxy/';
const CDN_SUFFIX = '/config_v6.json';

/** A group of routes with what its requests go through first; undefined: switched off, so 404. */
export type Grouped<Handlers> =
  { readonly handlers: Handlers; readonly group: RouteGroup } | undefined;

export interface RouteTableParts {
  readonly health: Health;
  readonly cdn: Grouped<Cdn>;
  readonly api: Grouped<Api>;
  readonly sse: Grouped<Sse>;
  readonly onError: (error: unknown) => void;
}

interface FoundRoute extends Route {
  readonly group: RouteGroup;
}

/** The routes of the ConfigCat Proxy. The HTTP server asks it before it asks Express. */
export class RouteTable {
  constructor(private readonly parts: RouteTableParts) {}

  /** Answers every request: with 404 where there is no such route. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request.url ?? '/');
    if (this.parts.health.handle(path, request, response)) {
      return;
    }
    const route = this.find(path);
    if (route === undefined) {
      sendNotFound(response);
      return;
    }
    route.group.handle(route, request, response).catch((error: unknown) => {
      this.parts.onError(error);
      response.destroy();
    });
  }

  private find(path: string): FoundRoute | undefined {
    if (path.startsWith('/api/')) return this.findApi(path.slice('/api/'.length));
    if (path.startsWith('/sse/')) return this.findSse(path.slice('/sse/'.length));
    if (path.startsWith(CDN_PREFIX)) return this.findCdn(path.slice(CDN_PREFIX.length));
    return undefined;
  }

  private findCdn(rest: string): FoundRoute | undefined {
    const { cdn } = this.parts;
    const sdkId = rest.endsWith(CDN_SUFFIX) ? rest.slice(0, -CDN_SUFFIX.length) : rest;
    if (cdn === undefined || sdkId === '') return undefined;
    const { group, handlers } = cdn;
    return {
      group,
      method: 'GET',
      run: (request, response) => handlers.get(request, response, sdkId),
    };
  }

  private findApi(rest: string): FoundRoute | undefined {
    const { api } = this.parts;
    const [sdkId = '', name, ...more] = rest.split('/');
    if (api === undefined || sdkId === '' || more.length > 0) return undefined;
    const { group, handlers } = api;
    switch (name) {
      case 'eval':
        return {
          group,
          method: 'POST',
          run: (request, response) => handlers.evaluate(request, response, sdkId),
        };
      case 'eval-all':
        return {
          group,
          method: 'POST',
          run: (request, response) => handlers.evaluateAll(request, response, sdkId),
        };
      case 'keys':
        return {
          group,
          method: 'GET',
          run: (request, response) => handlers.keys(request, response, sdkId),
        };
      default:
        return undefined;
    }
  }

  private findSse(rest: string): FoundRoute | undefined {
    const { sse } = this.parts;
    const [sdkId = '', name, ...parts] = rest.split('/');
    // The standard base64 alphabet has a slash.
    const data = parts.length === 0 ? undefined : parts.join('/');
    if (sse === undefined || sdkId === '') return undefined;
    const { group, handlers } = sse;
    if (name === 'eval-all') {
      return {
        group,
        method: 'GET',
        run: (request, response) => handlers.allFlags(request, response, { sdkId, data }),
      };
    }
    if (name !== 'eval' || data === undefined || data === '') return undefined;
    return {
      group,
      method: 'GET',
      run: (request, response) => handlers.flag(request, response, { sdkId, data }),
    };
  }
}

/** Without the query, and without one trailing slash. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
