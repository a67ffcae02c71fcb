import { describe, expect, it } from 'vitest';
import { RecentEvaluations } from './recent-evaluations.js';

describe('recent evaluations', () => {
  let now = 0;
  const recent = (span: number): RecentEvaluations => {
    now = 5_000;
    return new RecentEvaluations(span, () => now);
  };

  it('are those of the span, and never fewer', () => {
    const known = recent(1_000);
    expect(known.has(1, 2)).toBe(false);
    known.note(1, 2);
    now += 1_000;
    expect(known.has(1, 2)).toBe(true);
    now += 200;
    expect(known.has(1, 2)).toBe(false);
    known.note(1, 2);
    expect(known.has(1, 2)).toBe(true);
  });

  it('are only those that were noted', () => {
    const known = recent(1_000);
    expect(known.has(1, 2)).toBe(false);
    expect(known.has(1, 2)).toBe(false);
  });

  it('are told from each other by both lanes, also in one bucket', () => {
    const known = recent(1_000);
    const pairs = [
      [0, 0],
      [1, 0],
      [-1, 0],
      [0, 2 ** 19],
    ] as const;
    for (const [high, low] of pairs) {
      expect(known.has(high, low)).toBe(false);
      known.note(high, low);
    }
    for (const [high, low] of pairs) expect(known.has(high, low)).toBe(true);
  });

  it('forget the longest unused one of a full bucket', () => {
    const known = recent(60_000);
    for (let n = 0; n < 5; n += 1) {
      now += 100;
      expect(known.has(n, 0)).toBe(false);
      known.note(n, 0);
    }
    expect(known.has(0, 0)).toBe(false);
    for (let n = 2; n < 5; n += 1) expect(known.has(n, 0)).toBe(true);
  });

  it('hold a million', () => {
    const known = recent(60_000);
    let state = 7;
    const next = (): number => {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
      return (state ^ (state >>> 12)) | 0;
    };
    const noted = Array.from({ length: 1_000_000 }, () => [next(), next()] as const);
    for (const [high, low] of noted) {
      if (!known.has(high, low)) known.note(high, low);
    }
    const kept = noted.filter(([high, low]) => known.has(high, low)).length;
    // Buckets of four that are half full on average; some overflow.
    expect(kept).toBeGreaterThan(940_000);
  });
});
