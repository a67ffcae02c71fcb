import { Histogram } from 'prom-client';
import type { Buckets } from './buckets.js';

export type Labels = Readonly<Record<string, string>>;

export interface LabelledBuckets {
  readonly labels: Labels;
  readonly buckets: Buckets;
}

type Exported = Awaited<ReturnType<Histogram['get']>>;

/** A histogram whose buckets are counted elsewhere, and read when Prometheus asks. */
export class BucketHistogram extends Histogram {
  /** Knows what this one is called, and counts nothing. */
  private readonly shape: Histogram;

  constructor(
    { name, help }: { readonly name: string; readonly help: string },
    private readonly read: () => Iterable<LabelledBuckets>,
  ) {
    super({ name, help, registers: [] });
    this.shape = new Histogram({ name, help, registers: [] });
  }

  override async get(): Promise<Exported> {
    const shape = await this.shape.get();
    return { ...shape, values: [...this.read()].flatMap((entry) => valuesOf(shape.name, entry)) };
  }

  /** What prom-client asks instead, where the answer is text. */
  getForPromString(): Promise<Exported> {
    return this.get();
  }
}

function valuesOf(name: string, { labels, buckets }: LabelledBuckets): Exported['values'] {
  let count = 0;
  const cumulative = buckets.counts.map((own, index) => {
    count += own;
    return {
      metricName: `${name}_bucket`,
      labels: { le: buckets.bounds[index] ?? '+Inf', ...labels },
      value: count,
    };
  });
  return [
    ...cumulative,
    { metricName: `${name}_sum`, labels, value: buckets.sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
