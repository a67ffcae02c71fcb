import type { Environment } from './environment.js';
import { variableOf } from './place.js';
import type { Problems } from './problems.js';

const CACHE = 'the last good config of every SDK is kept in PostgreSQL: set database.url';
const LEVEL = 'set log.level, http.log.level or http.sse.log.level';

/** Options of the ConfigCat Proxy that this service has not, by shape, and what to do instead. */
export const REFUSED: ReadonlyMap<string, string> = new Map([
  ['cache', CACHE],
  ['grpc', 'there is no gRPC: use OFREP (http.ofrep) or server-sent events (http.sse)'],
  ['profile', 'there are no profiles: list the SDKs under sdks'],
  ['offline', 'set sdks.<id>.offline for each SDK that works offline'],
  ['sdks.*.offline.use_cache', CACHE],
  ['sdks.*.offline.cache_poll_interval', CACHE],
  ['sdks.*.offline.log', LEVEL],
  ['sdks.*.log', LEVEL],
  ['http.enabled', 'the main server always runs: switch route groups off, as http.api.enabled'],
  ['tls.server_name', 'it has no meaning for a server: leave it out'],
  ['diag.service_name', 'nothing is sent to OpenTelemetry: scrape /metrics of the diag server'],
  ['diag.metrics.otlp', 'nothing is sent to OpenTelemetry: scrape /metrics of the diag server'],
  ['diag.metrics.prometheus', 'set diag.metrics.enabled'],
  ['diag.traces', 'there are no traces: scrape /metrics of the diag server'],
]);

/** Why an option of the proxy is refused, and what to use instead; undefined for any other key. */
export function whyRefused(shape: string): string | undefined {
  const instead = REFUSED.get(shape);
  if (instead === undefined) return undefined;
  return `is an option of the ConfigCat Proxy that this service does not have; ${instead}`;
}

/** Reports variables of such options. `known` are the names that do have a meaning here. */
export function refuseVariables(
  env: Environment,
  {
    known,
    sdkIds,
    problems,
  }: { known: ReadonlySet<string>; sdkIds: readonly string[]; problems: Problems },
): void {
  const paths = [...REFUSED.keys()].flatMap((shape) => {
    const ids = shape.includes('*') ? sdkIds : [''];
    return ids.map((id) => ({ shape, variable: variableOf(shape.replace('*', id)) }));
  });
  for (const name of Object.keys(env)) {
    if (!env[name] || known.has(name)) continue;
    const refused = paths.find((at) => name === at.variable || name.startsWith(`${at.variable}_`));
    const why = refused && whyRefused(refused.shape);
    if (why !== undefined) problems.add(name, why);
  }
}
