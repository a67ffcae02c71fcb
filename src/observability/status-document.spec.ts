import { describe, expect, it } from 'vitest';
import { statusParts } from '../../test/support/status-parts.js';
import { overall, type Health } from './status-document.js';

describe('the overall status', () => {
  it.each<[readonly Health[], Health]>([
    [['healthy', 'healthy'], 'healthy'],
    [['initializing', 'initializing'], 'initializing'],
    [['healthy', 'initializing'], 'degraded'],
    [['healthy', 'degraded'], 'degraded'],
    [['healthy', 'down'], 'degraded'],
    [['down', 'down'], 'down'],
    [[], 'healthy'],
  ])('with sources that are %j is %s', (sources, status) => {
    expect(overall(statusParts({ sources }))).toBe(status);
  });

  it('follows the other parts, too', () => {
    const feed = { ...statusParts().feed, status: 'initializing' as const };
    expect(overall({ ...statusParts(), feed })).toBe('initializing');
    const database = { status: 'down' as const, lastAnswer: null };
    expect(overall({ ...statusParts(), feed, database })).toBe('degraded');
    const workers = { status: 'degraded' as const, wanted: 2, answering: 1, restarts: 1 };
    expect(overall({ ...statusParts(), workers })).toBe('degraded');
  });
});
