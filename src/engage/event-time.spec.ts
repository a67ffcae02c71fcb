import { describe, expect, it } from 'vitest';
import { eventTime } from './event-time.js';

const HOUR = 3_600_000_000;
const micros = (iso: string, extra = 0) => Date.parse(iso) * 1000 + extra;
const arrival = micros('2024-05-03T20:00:00Z', 7);
const at = (event: Record<string, unknown>) => eventTime(event, arrival)?.at;

const timestamp = '2024-05-03T19:42:50.066Z';
const originalTimestamp = '2024-05-03T19:42:50.066179717Z';
const receivedAt = '2024-05-03T19:42:59.762Z';

describe('when an event happened', () => {
  it('is its timestamp, refined by the original of the same millisecond', () => {
    expect(at({ timestamp, originalTimestamp, receivedAt })).toBe(micros(timestamp, 179));
  });

  it.each(['2024-05-03T19:42:50.065999Z', '2024-05-03T19:42:50.067Z', 'soon', 7, null])(
    'is its timestamp alone beside the original %j',
    (original) => {
      expect(at({ timestamp, originalTimestamp: original })).toBe(micros(timestamp));
    },
  );

  it.each([null, undefined])('goes on to the next time where one is %s', (missing) => {
    expect(at({ timestamp: missing, originalTimestamp, receivedAt })).toBe(micros(timestamp, 179));
    expect(at({ timestamp: missing, originalTimestamp: missing, receivedAt })).toBe(
      micros(receivedAt),
    );
    expect(at({ timestamp: missing })).toBe(arrival);
  });

  it.each([
    { timestamp: 'soon', originalTimestamp, receivedAt },
    { timestamp: '', originalTimestamp },
    { timestamp: 1_714_765_370_066 },
    { timestamp: { iso: timestamp } },
    { originalTimestamp: 'soon', receivedAt },
    { receivedAt: false },
  ])('is unreadable in %j, for the first time there counts', (event) => {
    expect(eventTime(event, arrival)).toBeUndefined();
  });

  it('is believed up to an hour ahead, and then its arrival', () => {
    const ahead = (ms: number) => ({
      timestamp: new Date((arrival - 7 + HOUR) / 1000 + ms).toISOString(),
    });
    expect(eventTime(ahead(0), arrival)).toEqual({ at: arrival - 7 + HOUR, clamped: false });
    expect(eventTime(ahead(1), arrival)).toEqual({ at: arrival, clamped: true });
    expect(eventTime({ timestamp: '9999-12-31T23:59:59Z' }, arrival)).toEqual({
      at: arrival,
      clamped: true,
    });
  });

  it('may be long ago', () => {
    expect(at({ timestamp: '1970-01-01T00:00:00Z' })).toBe(0);
  });
});
