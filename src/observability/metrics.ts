import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { BucketHistogram, type LabelledBuckets, type Labels } from './bucket-histogram.js';

export interface MetricSpec {
  readonly name: string;
  /** One sentence, shown by Prometheus. */
  readonly help: string;
  readonly labels?: readonly string[];
}

/** `over`: how the values of several worker processes become one. */
export interface GaugeSpec extends MetricSpec {
  readonly over: 'sum' | 'max' | 'min';
}

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** What `/metrics` answers. */
export interface MetricsText {
  readonly contentType: string;
  readonly body: string;
}

/**
 * The metrics of this process. Rooms count in fields of their own, which costs nothing on their way;
 * they are read when Prometheus asks.
 */
export class Metrics {
  private readonly registry = new Registry();

  counter({ name, help, labels = [] }: MetricSpec, read: () => Iterable<Sample>): void {
    const counter = new Counter({
      name,
      help,
      labelNames: labels,
      registers: [],
      collect() {
        this.reset();
        for (const { labels: of = {}, value } of read()) this.inc(of, value);
      },
    });
    this.registry.registerMetric(counter);
  }

  gauge({ name, help, labels = [], over }: GaugeSpec, read: () => Iterable<Sample>): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: labels,
      aggregator: over,
      registers: [],
      collect() {
        this.reset();
        for (const { labels: of = {}, value } of read()) this.set(of, value);
      },
    });
    this.registry.registerMetric(gauge);
  }

  histogram({ name, help }: MetricSpec, read: () => Iterable<LabelledBuckets>): void {
    this.registry.registerMetric(new BucketHistogram({ name, help }, read));
  }

  /** CPU, memory, event loop and garbage collection of this process. They are watched to its end, so once a process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  async text(): Promise<MetricsText> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  /** For a process that sums up several. */
  async values(): Promise<readonly object[]> {
    return this.registry.getMetricsAsJSON();
  }
}
