import { describe, expect, it } from 'vitest';
import { Binder } from '../options/bind.js';
import { deepFreeze } from '../options/deep-freeze.js';
import { Options } from '../options/options.js';
import { Problems } from '../options/problems.js';
import { shareOf } from './share.js';

function options(tree: object): Options {
  const bound = new Binder(new Problems()).bind(Options, tree);
  deepFreeze(bound);
  return bound;
}

describe('the options of one worker', () => {
  const whole = options({
    http: { port: 0, workers: 3, sse: { max_connections: 10, max_connections_per_ip: 4 } },
    engage: { queue: { rows: 100 } },
  });
  const shares = [0, 1, 2].map((index) => shareOf(whole, { index, workers: 3 }, 4_711));

  it('share out the caps, so that they hold for all together', () => {
    expect(shares.map(({ http }) => http.sse.maxConnections)).toEqual([4, 3, 3]);
    expect(shares.map(({ engage }) => engage.queue.rows)).toEqual([34, 33, 33]);
    const bytes = shares.reduce((sum, { engage }) => sum + engage.queue.bytes, 0);
    expect(bytes).toBe(whole.engage.queue.bytes);
  });

  it('round up what an address may have, and leave no cap no cap', () => {
    expect(shares[0]?.http.sse.maxConnectionsPerIp).toBe(2);
    const open = shareOf(options({}), { index: 1, workers: 3 }, 1);
    expect(open.http.sse.maxConnectionsPerIp).toBe(0);
  });

  it('leave each worker something of a cap that is smaller than their number', () => {
    const tight = options({ http: { sse: { max_connections: 1 } } });
    expect(shareOf(tight, { index: 2, workers: 3 }, 1).http.sse.maxConnections).toBe(1);
  });

  it('have one port, no diagnostics, and all else as it was', () => {
    for (const share of shares) {
      expect(share.http.port).toBe(4_711);
      expect(share.diag.enabled).toBe(false);
      expect(share.engage.flush).toEqual(whole.engage.flush);
      expect(share.diag.port).toBe(whole.diag.port);
    }
    expect(whole.diag.enabled).toBe(true);
  });
});
