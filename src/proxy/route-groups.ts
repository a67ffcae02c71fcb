import type { RouteGroupOptions } from '../options/route-group.options.js';
import type { WebhookOptions } from '../options/webhook.options.js';
import { Cors } from './cors.js';
import { RouteGroup } from './route-group.js';

/** A group of routes with CORS; undefined: switched off. */
export function corsGroup(
  options: RouteGroupOptions & { readonly authHeaders?: Readonly<Record<string, string>> },
  requestHeaders: readonly string[] = [],
): RouteGroup | undefined {
  if (!options.enabled) {
    return undefined;
  }
  const { cors, headers, authHeaders = {} } = options;
  return new RouteGroup({
    cors: cors.enabled
      ? new Cors({
          cors,
          headers: Object.keys(headers),
          requestHeaders: [...Object.keys(authHeaders), ...requestHeaders],
        })
      : undefined,
    headers,
    authHeaders,
    answersOptions: true,
  });
}

/** A group of routes that no page of another origin may read, and that OPTIONS is no method of. */
export function plainGroup(): RouteGroup {
  return new RouteGroup({ cors: undefined, headers: {}, authHeaders: {}, answersOptions: false });
}

/** What ConfigCat calls. Undefined: switched off. */
export function webhookGroup(options: WebhookOptions): RouteGroup | undefined {
  const { user, password } = options.auth;
  const basicAuth = user === undefined || password === undefined ? undefined : { user, password };
  return options.enabled
    ? new RouteGroup({
        cors: undefined,
        headers: {},
        authHeaders: options.authHeaders,
        basicAuth,
        answersOptions: false,
      })
    : undefined;
}

/** `/status`: no page of another origin may read it, yet OPTIONS is a method. Undefined: switched off. */
export function statusGroup({ enabled }: { readonly enabled: boolean }): RouteGroup | undefined {
  const settings = { cors: undefined, headers: {}, authHeaders: {}, answersOptions: true };
  return enabled ? new RouteGroup(settings) : undefined;
}

/** Who is in which audience is told only to those who bring a secret, or who are on this machine. */
export function mayTellAudiences(http: {
  readonly api: { readonly authHeaders: Readonly<Record<string, string>> };
  readonly loopbackOnly: boolean;
}): boolean {
  return http.loopbackOnly || Object.keys(http.api.authHeaders).length > 0;
}
