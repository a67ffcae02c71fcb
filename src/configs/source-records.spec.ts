import { describe, expect, it } from 'vitest';
import { SourceRecords } from './source-records.js';

const at = new Date('2024-05-03T07:08:09Z');
const records = (errorsOfIllness?: number) => new SourceRecords(errorsOfIllness, () => at);

describe('the records of a source', () => {
  it('say what happened last, oldest first, at most five', () => {
    const five = records();
    for (const number of [1, 2, 3, 4, 5, 6]) five.ok(`config ${number} fetched`);
    five.error('config fetch failed');
    expect(five.lines).toHaveLength(5);
    expect(five.lines[0]).toBe('Fri, 03 May 2024 07:08:09 UTC: [ok] config 3 fetched');
    expect(five.lines.at(-1)).toBe('Fri, 03 May 2024 07:08:09 UTC: [error] config fetch failed');
    expect(five.saidLast('config fetch failed')).toBe(true);
  });

  it.each([
    ['nothing', '', 'initializing'],
    ['a success', 'o', 'healthy'],
    ['a first error', 'e', 'down'],
    ['errors from the start', 'eee', 'down'],
    ['a success after errors', 'eeo', 'healthy'],
    ['one error among successes', 'ooe', 'healthy'],
    ['two errors in a row', 'ooee', 'degraded'],
    ['errors for longer than is remembered', 'oeeeeeeee', 'degraded'],
    ['a success after that', 'oeeeo', 'healthy'],
  ])('mean, after %s, how it is', (_name, happened, health) => {
    const told = records();
    for (const one of happened) {
      if (one === 'o') told.ok('fine');
      else told.error('bad');
    }
    expect(told.health).toBe(health);
  });

  it.each([
    ['before anything else', 'c', 'initializing'],
    ['after an error', 'ec', 'degraded'],
    ['before an error', 'ce', 'degraded'],
    ['and then a success', 'eco', 'healthy'],
    ['in good health', 'oc', 'healthy'],
  ])('make no ill source well by what is served from the cache, %s', (_name, happened, health) => {
    const told = records(1);
    for (const one of happened) {
      if (one === 'o') told.ok('fine');
      else if (one === 'c') told.fallback('config from cache reloaded');
      else told.error('bad');
    }
    expect(told.health).toBe(health);
    expect(told.lines.join()).not.toContain('[error] config from cache');
  });

  it('mean illness after one error already, where an error does not pass by itself', () => {
    const told = records(1);
    told.ok('fine');
    told.error('bad');
    expect(told.health).toBe('degraded');
  });
});
