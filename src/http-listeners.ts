import type { RequestListener } from 'node:http';
import type { TimedRequest } from './observability/request-times.js';
import { pathOf } from './proxy/request-target.js';
import type { RouteTable } from './proxy/route-table.js';

/**
 * What Nest's controllers answer by Express: where Segment and administrators call. The ConfigCat
 * Proxy's table answers all else, so only the paths themselves stand here: `v2` may be the name of an
 * SDK id.
 */
const CONTROLLER_PATHS = [
  '/engage/',
  '/v1/',
  '/api/v2/segment-targets/',
  '/api/v2/versions',
  '/sdk/goals/',
];
/** The same while there is an admin token. */
const ADMIN_PATH = '/admin/';

/** Bodies of any size, which take as long as they are. */
const UPLOAD = /^\/admin\/v1\/audiences\/[^/]+\/members\/import(\?|$)/;

export function isUpload(url: string): boolean {
  return UPLOAD.test(url);
}

/** As nginx logs it. */
const CLIENT_GONE = 499;

/**
 * The main port: the proxy's routes go past Express, which costs five times what they do. `answered`
 * is told of what goes through it; the table tells of its own.
 */
export function mainListener(
  routes: RouteTable,
  { express, isAdminOn }: { readonly express: RequestListener; readonly isAdminOn: boolean },
  answered: (request: TimedRequest) => void,
): RequestListener {
  const paths = isAdminOn ? [...CONTROLLER_PATHS, ADMIN_PATH] : CONTROLLER_PATHS;
  const timedExpress: RequestListener = (request, response) => {
    const start = performance.now();
    response.on('close', () =>
      answered({
        route: expressRoute(request),
        method: request.method ?? 'GET',
        status: response.headersSent ? response.statusCode : CLIENT_GONE,
        milliseconds: performance.now() - start,
      }),
    );
    express(request, response);
  };
  return (request, response) => {
    const path = pathOf(request.url ?? '/');
    if (paths.some((prefix) => path.startsWith(prefix))) {
      timedExpress(request, response);
    } else {
      routes.handle(request, response);
    }
  };
}

/** The pattern that Express found for a request, written as the table's; undefined: none. */
function expressRoute(request: object): string | undefined {
  const route: unknown = Reflect.get(request, 'route');
  const path: unknown =
    typeof route === 'object' && route !== null ? Reflect.get(route, 'path') : undefined;
  return typeof path === 'string' ? path.replaceAll(/:(\w+)/g, '{$1}') : undefined;
}

/** The diagnostics port. */
export function diagnosticsListener(routes: RouteTable): RequestListener {
  return (request, response) => routes.handle(request, response);
}
