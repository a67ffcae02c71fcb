import { describe, expect, it } from 'vitest';
import { RequestTimes } from './request-times.js';

const ROUTE = '/api/:sdkId/eval';

describe('the times of requests', () => {
  it('are kept by route, method and status', () => {
    const times = new RequestTimes();
    times.observe({ route: ROUTE, method: 'POST', status: 200, milliseconds: 0.4 });
    times.observe({ route: ROUTE, method: 'POST', status: 200, milliseconds: 20 });
    times.observe({ route: ROUTE, method: 'POST', status: 400, milliseconds: 1 });
    const [good, bad, ...more] = [...times.all()];
    expect(more).toEqual([]);
    expect(good?.labels).toEqual({
      http_route: ROUTE,
      http_request_method: 'POST',
      http_response_status_code: '200',
    });
    expect(good?.buckets.counts.reduce((sum, count) => sum + count)).toBe(2);
    expect(good?.buckets.sum).toBeCloseTo(0.0204);
    expect(bad?.labels['http_response_status_code']).toBe('400');
  });

  it('have one place for whatever clients make up', () => {
    const times = new RequestTimes();
    for (let number = 0; number < 100; number += 1) {
      const method = `METHOD${number}`;
      times.observe({ route: undefined, method, status: 404, milliseconds: 1 });
    }
    const [all, ...more] = [...times.all()];
    expect(more).toEqual([]);
    expect(all?.labels).toMatchObject({ http_route: 'unknown', http_request_method: '_OTHER' });
    expect(all?.buckets.counts.reduce((sum, count) => sum + count)).toBe(100);
  });
});
