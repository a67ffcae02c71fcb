import type { RouteGroupOptions } from '../options/route-group.options.js';
import { Cors } from './cors.js';
import { RouteGroup } from './route-group.js';
import type { Grouped } from './route-table.js';

/** The handlers of a group of routes, with the options that all of them have. */
export function grouped<Handlers>(
  options: RouteGroupOptions & { readonly authHeaders?: Readonly<Record<string, string>> },
  handlers: Handlers,
  requestHeaders: readonly string[] = [],
): Grouped<Handlers> {
  if (!options.enabled) {
    return undefined;
  }
  const { cors, headers, authHeaders = {} } = options;
  const group = new RouteGroup({
    cors: cors.enabled
      ? new Cors({
          cors,
          headers: Object.keys(headers),
          requestHeaders: [...Object.keys(authHeaders), ...requestHeaders],
        })
      : undefined,
    headers,
    authHeaders,
  });
  return { handlers, group };
}
