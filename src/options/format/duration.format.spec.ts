import { describe, expect, it } from 'vitest';
import { duration } from './duration.format.js';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['15s', 15_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['30d', 2_592_000_000],
    ['30 d', 2_592_000_000],
    ['15', 15_000],
    [15, 15_000],
    [0.5, 500],
    [0, 0],
  ])('reads %s as %d ms: a bare number is seconds', (raw, value) => {
    expect(duration.parse(raw)).toEqual({ ok: true, value });
  });

  it.each(['', 'soon', '-1s', '1w', '5 minutes', -1, true, null, ['1s']])('refuses %j', (raw) => {
    expect(duration.parse(raw)).toMatchObject({ ok: false });
  });

  it.each([0, 5, 250, 1_500, 30_000, 3_600_000, 2_592_000_000])(
    'shows %d ms so that it reads back',
    (value) => {
      expect(duration.parse(duration.show?.(value))).toEqual({ ok: true, value });
    },
  );
});
