import { describe, expect, it } from 'vitest';
import { parsePostmasterFile } from './postmaster-file.js';

const lines = ['4711', '/srv/postgres', '1795211412', '55999', '', '127.0.0.1', ' 10052874 4'];

describe('postmaster.pid', () => {
  it('names process, port and readiness', () => {
    const text = [...lines, 'ready   ', ''].join('\n');
    expect(parsePostmasterFile(text)).toEqual({ pid: 4711, port: 55999, status: 'ready' });
  });

  it('names a server that is shutting down', () => {
    expect(parsePostmasterFile([...lines, 'stopping'].join('\n'))?.status).toBe('stopping');
  });

  it('is one of a starting server while lines are missing', () => {
    expect(parsePostmasterFile('4711\n/srv/postgres\n')).toEqual({
      pid: 4711,
      port: 0,
      status: 'starting',
    });
  });

  it.each(['', '\n', 'x\n', '-1\n', '0\n'])('says nothing when it is %j', (text) => {
    expect(parsePostmasterFile(text)).toBeUndefined();
  });
});
