import { describe, expect, it } from 'vitest';
import { statusParts } from '../../test/support/status-parts.js';
import { overall, type Health, type StatusDocument } from '../observability/status-document.js';
import { mergedStatus } from './merged-status.js';

const WELL = { status: 'healthy', wanted: 2, answering: 2, restarts: 0 } as const;

function document(
  over: Partial<StatusDocument> = {},
  sources: readonly Health[] = ['healthy'],
): StatusDocument {
  const parts = { ...statusParts({ sources }), ...over };
  return { status: overall(parts), ...parts };
}

describe('the status of several workers', () => {
  it('is as one that is well tells it, when all are', () => {
    expect(mergedStatus([document(), document()], WELL)).toEqual({ ...document(), workers: WELL });
  });

  it('sums what is theirs, and takes the worst of what they share', () => {
    const { feed } = document();
    const first = document({
      engage: {
        status: 'healthy',
        lastEvent: '2026-01-01T00:00:00.000Z',
        events: { added: 2, stale: 1 },
        queue: { rows: 3, bytes: 30 },
        requests: { count: 2, bytes: 300 },
        quietAudiences: 2,
      },
      feed: { ...feed, position: 7, lagSeconds: 0.1, staleSeconds: 0, members: 5 },
    });
    const second = document({
      engage: {
        status: 'degraded',
        lastEvent: '2026-01-02T00:00:00.000Z',
        events: { added: 1 },
        queue: { rows: 1, bytes: 10 },
        requests: { count: 1, bytes: 100 },
        quietAudiences: 1,
      },
      feed: { ...feed, position: 6, lagSeconds: null, staleSeconds: 2, members: 4 },
    });
    const { engage, feed: merged, status } = mergedStatus([first, second], WELL);
    expect(status).toBe('degraded');
    expect(engage).toEqual({
      status: 'degraded',
      lastEvent: '2026-01-02T00:00:00.000Z',
      events: { added: 3, stale: 1 },
      queue: { rows: 4, bytes: 40 },
      requests: { count: 3, bytes: 400 },
      quietAudiences: 2,
    });
    expect(merged).toMatchObject({ position: 6, lagSeconds: 0.1, staleSeconds: 2, members: 5 });
  });

  it('sums what each sent to Segment, of which the outbox is one for all', () => {
    const events = { queued: 3, sent: 5, dropped: 1, refused: 0, lastSuccess: null };
    const older = { at: '2026-01-01T00:00:00.000Z', reason: 'older' };
    const newer = { at: '2026-01-02T00:00:00.000Z', reason: 'newer' };
    const one = {
      status: 'healthy',
      evaluated: { ...events, lastError: newer },
      changed: { ...events, lastError: null },
    } as const;
    const other = {
      status: 'degraded',
      evaluated: { ...events, lastError: older },
      changed: { ...events, queued: null, lastError: null },
    } as const;
    const { segment } = mergedStatus(
      [document({ segment: one }), document({ segment: other })],
      WELL,
    );
    const summed = { sent: 10, dropped: 2, refused: 0, lastSuccess: null };
    expect(segment).toEqual({
      status: 'degraded',
      evaluated: { ...summed, queued: 6, lastError: newer },
      changed: { ...summed, queued: 3, lastError: null },
    });
  });

  it('shows each SDK id as the worker that fares worst with it', () => {
    const { sdks } = mergedStatus(
      [document({}, ['healthy', 'down']), document({}, ['degraded', 'initializing'])],
      WELL,
    );
    expect(sdks['sdk_0']?.source.status).toBe('degraded');
    expect(sdks['sdk_1']?.source.status).toBe('down');
  });

  it('is degraded while a worker is missing, and down without any', () => {
    const one = { status: 'degraded', wanted: 2, answering: 1, restarts: 1 } as const;
    expect(mergedStatus([document()], one).status).toBe('degraded');
    const none = { status: 'down', wanted: 2, answering: 0, restarts: 2 } as const;
    const { status, feed, sdks } = mergedStatus([], none);
    expect([status, feed.status, sdks]).toEqual(['down', 'down', {}]);
  });
});
