import { AggregatorRegistry, Registry } from 'prom-client';
import type { MetricsText } from '../observability/metrics.js';

const NEVER_FALLS: ReadonlySet<unknown> = new Set(['counter', 'histogram']);

/**
 * The metrics of several processes as one. Counters of a worker that ended stay in the sum, as far as
 * they were ever read: Prometheus would take a smaller sum for a start from nothing.
 */
export class MetricsSum {
  private readonly last = new Map<number, readonly object[]>();
  private departed: readonly object[] = [];

  /** What a process (by number) just told. */
  heard(pid: number, values: readonly object[]): void {
    this.last.set(pid, values);
  }

  /** The process has ended. */
  async gone(pid: number): Promise<void> {
    const values = this.last.get(pid);
    this.last.delete(pid);
    if (values === undefined) return;
    const counters = values.filter((metric) => NEVER_FALLS.has(Reflect.get(metric, 'type')));
    this.departed = await valuesOf([this.departed, counters]);
  }

  /** @param present what those who answered told, and whoever asks of itself */
  async text(present: readonly (readonly object[])[]): Promise<MetricsText> {
    const registry = aggregate([...present, this.departed]);
    return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, body: await registry.metrics() };
  }
}

function aggregate(all: readonly (readonly object[])[]): Registry {
  return AggregatorRegistry.aggregate(all.map((metrics) => [...metrics]));
}

async function valuesOf(all: readonly (readonly object[])[]): Promise<readonly object[]> {
  return aggregate(all).getMetricsAsJSON();
}
