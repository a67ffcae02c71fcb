import { describe, expect, it } from 'vitest';
import { Buckets } from '../observability/buckets.js';
import { Metrics } from '../observability/metrics.js';
import { MetricsSum } from './metrics-sum.js';

/** What a worker with these numbers tells, through JSON as the pipe has it. */
async function told(events: number, lag: number): Promise<object[]> {
  const metrics = new Metrics();
  const buckets = new Buckets([1]);
  for (let event = 0; event < events; event += 1) buckets.observe(0.5);
  metrics.counter({ name: 'events_total', help: 'Events.', labels: ['of'] }, () => [
    { labels: { of: 'x' }, value: events },
  ]);
  metrics.gauge({ name: 'lag', help: 'Lag.', over: 'max' }, () => [{ value: lag }]);
  metrics.gauge({ name: 'open', help: 'Open.', over: 'sum' }, () => [{ value: 1 }]);
  metrics.histogram({ name: 'sizes', help: 'Sizes.' }, () => [{ labels: {}, buckets }]);
  const values: object[] = JSON.parse(JSON.stringify(await metrics.values()));
  return values;
}

describe('the metrics of several processes', () => {
  it('are summed, but for those that are shared', async () => {
    const sum = new MetricsSum();
    const { body } = await sum.text([await told(2, 5), await told(3, 1)]);
    expect(body).toContain('events_total{of="x"} 5');
    expect(body).toContain('lag 5');
    expect(body).toContain('open 2');
    expect(body).toContain('sizes_bucket{le="1"} 5');
    expect(body).toContain('sizes_bucket{le="+Inf"} 5');
    expect(body).toContain('sizes_count 5');
    expect(body).toContain('# TYPE sizes histogram');
  });

  it('keep the counters of those that ended', async () => {
    const sum = new MetricsSum();
    sum.heard(1, await told(2, 9));
    await sum.gone(1);
    sum.heard(3, await told(4, 9));
    await sum.gone(3);
    await sum.gone(3);
    const { body } = await sum.text([await told(1, 1)]);
    expect(body).toContain('events_total{of="x"} 7');
    expect(body).toContain('sizes_count 7');
    expect(body).toContain('lag 1');
    expect(body).toContain('open 1');
  });
});
