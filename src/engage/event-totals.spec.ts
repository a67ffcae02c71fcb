import { describe, expect, it } from 'vitest';
import { counts } from '../../test/support/test-bed.js';
import { EventTotals } from './event-totals.js';

describe('the totals of events', () => {
  it('are kept by destination, and for all of them', () => {
    const totals = new EventTotals();
    expect(totals.lastArrival).toBeUndefined();
    totals.add('a', counts({ added: 2, stale: 1 }), 1_000);
    totals.add('a', counts({ added: 1 }), 3_000);
    totals.add('b', counts({ rejected: 4 }), 2_000);
    expect(totals.all.get('a')).toEqual(counts({ added: 3, stale: 1 }));
    expect(totals.all.get('b')).toEqual(counts({ rejected: 4 }));
    expect(totals.sum).toEqual(counts({ added: 3, stale: 1, rejected: 4 }));
    expect(totals.lastArrival).toBe(3_000);
  });

  it('tell the reasons of those that were rejected', () => {
    const totals = new EventTotals();
    totals.addRejected('a', [{ reason: 'malformed' }, { reason: 'malformed' }]);
    totals.addRejected('a', [{ reason: 'bad_signature' }]);
    expect(totals.rejected('a', 'malformed')).toBe(2);
    expect(totals.rejected('a', 'bad_signature')).toBe(1);
    expect(totals.rejected('a', 'no_identifier')).toBe(0);
    expect(totals.rejected('b', 'malformed')).toBe(0);
  });
});
