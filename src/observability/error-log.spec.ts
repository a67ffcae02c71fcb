import { beforeEach, describe, expect, it } from 'vitest';
import { ErrorLog } from './error-log.js';

describe('the log of errors', () => {
  let lines: string[];
  let now: number;
  let log: ErrorLog;

  beforeEach(() => {
    lines = [];
    now = 0;
    log = new ErrorLog({ error: (line) => lines.push(line) }, String, () => now);
  });

  it('says the same thing once in ten seconds, and then how often it was so', () => {
    for (now = 0; now < 10_000; now += 100) log.report('away');
    expect(lines).toEqual(['away']);
    log.report('away');
    expect(lines).toEqual(['away', 'away (99 more times before)']);
  });

  it('says different things side by side', () => {
    log.report('away');
    log.report('full');
    log.report('away');
    expect(lines).toEqual(['away', 'full']);
  });

  it('says nothing of a number when it happened once', () => {
    log.report('away');
    now = 60_000;
    log.report('away');
    expect(lines).toEqual(['away', 'away']);
  });

  it('says how often it was, also when something else came between', () => {
    log.report('away');
    log.report('away');
    now = 20_000;
    log.report('full');
    log.report('away');
    expect(lines).toEqual(['away', 'full', 'away (1 more times before)']);
  });

  it('remembers a bounded number of things', () => {
    for (let number = 0; number < 5_000; number += 1) log.report(`row ${number}`);
    expect(log.size).toBeLessThanOrEqual(1_000);
    expect(lines).toHaveLength(5_000);
  });
});
