import type { LabelledBuckets } from './bucket-histogram.js';
import { Buckets } from './buckets.js';

/** OpenTelemetry's for HTTP, which the ConfigCat Proxy has, and two below them for what is faster. */
const SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
/** What no route has is one for all: whoever scans for paths must not fill Prometheus. */
const UNKNOWN_ROUTE = 'unknown';
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);
const OTHER_METHOD = '_OTHER';

/** A request that got its answer. */
export interface TimedRequest {
  /** With names in place of values; undefined: no route has its path. */
  readonly route: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** How long requests took, by the pattern of their route, method and status. */
export class RequestTimes {
  private readonly byRoute = new Map<string, Map<string, Map<number, Buckets>>>();

  /** On the way of every request. */
  observe({ route = UNKNOWN_ROUTE, method, status, milliseconds }: TimedRequest): void {
    const buckets = this.byRoute.get(route)?.get(method)?.get(status);
    (buckets ?? this.add(route, method, status)).observe(milliseconds / 1_000);
  }

  /** With the labels that the ConfigCat Proxy gives. */
  *all(): Iterable<LabelledBuckets> {
    for (const [route, byMethod] of this.byRoute) {
      for (const [method, byStatus] of byMethod) {
        for (const [status, buckets] of byStatus) {
          yield {
            labels: {
              http_route: route,
              http_request_method: method,
              http_response_status_code: String(status),
            },
            buckets,
          };
        }
      }
    }
  }

  private add(route: string, asked: string, status: number): Buckets {
    const method = METHODS.has(asked) ? asked : OTHER_METHOD;
    const byMethod = this.byRoute.get(route) ?? new Map<string, Map<number, Buckets>>();
    const byStatus = byMethod.get(method) ?? new Map<number, Buckets>();
    const buckets = byStatus.get(status) ?? new Buckets(SECONDS);
    this.byRoute.set(route, byMethod.set(method, byStatus.set(status, buckets)));
    return buckets;
  }
}
