import type { RequestListener } from 'node:http';
import type { RouteTable } from './proxy/route-table.js';

/**
 * What Nest's controllers answer by Express: where Segment calls. The ConfigCat Proxy's table answers
 * all else, so only the paths themselves stand here: `v2` may be the name of an SDK id.
 */
const CONTROLLER_PATHS = [
  '/engage/',
  '/v1/',
  '/api/v2/segment-targets/',
  '/api/v2/versions',
  '/sdk/goals/',
];

/** The main port: the proxy's routes go past Express, which costs five times what they do. */
export function mainListener(routes: RouteTable, express: RequestListener): RequestListener {
  return (request, response) => {
    const url = request.url ?? '/';
    if (CONTROLLER_PATHS.some((path) => url.startsWith(path))) {
      express(request, response);
    } else {
      routes.handle(request, response);
    }
  };
}

/** The diagnostics port. */
export function diagnosticsListener(routes: RouteTable): RequestListener {
  return (request, response) => routes.handle(request, response);
}
