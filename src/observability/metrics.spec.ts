import { beforeEach, describe, expect, it } from 'vitest';
import { Buckets } from './buckets.js';
import { Metrics } from './metrics.js';

describe('the metrics of a process', () => {
  let metrics: Metrics;
  beforeEach(() => {
    metrics = new Metrics();
  });

  it('are read from their owners each time they are asked for', async () => {
    let value = 1;
    metrics.counter({ name: 'things_total', help: 'Things.' }, () => [{ value }]);
    expect((await metrics.text()).body).toContain('\nthings_total 1\n');
    value = 5;
    expect((await metrics.text()).body).toContain('\nthings_total 5\n');
  });

  it('forget a label that its owner no longer has', async () => {
    let flags = ['a', 'b'];
    metrics.gauge({ name: 'open', help: 'Open.', labels: ['flag'], over: 'sum' }, () =>
      flags.map((flag) => ({ labels: { flag }, value: 1 })),
    );
    expect((await metrics.text()).body).toContain('open{flag="b"} 1');
    flags = ['a'];
    const { body } = await metrics.text();
    expect(body).toContain('open{flag="a"} 1');
    expect(body).not.toContain('flag="b"');
  });

  it('have histograms with cumulative buckets', async () => {
    const buckets = new Buckets([1, 10]);
    [0.5, 1, 2, 100].forEach((value) => buckets.observe(value));
    metrics.histogram({ name: 'sizes', help: 'Sizes.' }, () => [{ labels: { of: 'x' }, buckets }]);
    expect(
      (await metrics.text()).body.split('\n').filter((line) => line.startsWith('sizes')),
    ).toEqual([
      'sizes_bucket{le="1",of="x"} 2',
      'sizes_bucket{le="10",of="x"} 3',
      'sizes_bucket{le="+Inf",of="x"} 4',
      'sizes_sum{of="x"} 103.5',
      'sizes_count{of="x"} 4',
    ]);
  });

  it('come as Prometheus wants them', async () => {
    expect((await metrics.text()).contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  });
});
