import process from 'node:process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ServiceLogger } from './service-logger.js';

/** What a log of this level writes. */
const lines = (level: 'debug' | 'info' | 'warn' | 'error') => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true).mockClear();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const logger = new ServiceLogger(level);
  logger.debug('a detail', 'Room');
  logger.log('a fact', 'Room');
  logger.log('Mapped {/x}', 'RouterExplorer');
  logger.warn('a doubt', 'Room');
  return write.mock.calls.map(([line]) => String(line).trim());
};

describe('the log of the process', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('begins at its level', () => {
    expect(lines('debug')).toHaveLength(3);
    expect(lines('info')).toHaveLength(2);
    expect(lines('warn')).toHaveLength(1);
    expect(lines('error')).toEqual([]);
  });

  it('names the room, and tells nothing of how Nest started', () => {
    const text = lines('info').join('\n');
    expect(text).toMatch(/\[Room\] a fact/);
    expect(text).not.toContain('Mapped');
  });
});
