import { describe, expect, it } from 'vitest';
import { Binder } from '../bind.js';
import { Options } from '../options.js';
import { Problems } from '../problems.js';
import { checkSegmentEvents } from './segment.rules.js';

function check(segment: unknown): readonly string[] {
  const problems = new Problems();
  checkSegmentEvents(new Binder(problems).bind(Options, { segment }).segment, problems);
  return problems.all().map(({ path, message }) => `${path} ${message}`);
}

describe('events to Segment', () => {
  it('need a write key where they are switched on', () => {
    expect(check({ evaluated: { enabled: true } })).toEqual([
      'segment.evaluated.enabled needs segment.write_key',
    ]);
    expect(check({ changed: { enabled: true } })).toHaveLength(1);
    expect(check({ write_key: 'k', changed: { enabled: true } })).toEqual([]);
  });

  it('are off without one, and no problem', () => {
    expect(check({ evaluated: { enabled: false } })).toEqual([]);
    expect(check(undefined)).toEqual([]);
  });
});
