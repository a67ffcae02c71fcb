import { beforeEach, describe, expect, it } from 'vitest';
import { AccessLog, type LoggedPart } from './access-log.js';

describe('the log of answers', () => {
  let lines: string[];
  const part = (level: LoggedPart['level'], name: string): LoggedPart => ({
    level,
    sink: { debug: (line) => lines.push(`${name}: ${line}`) },
  });
  beforeEach(() => {
    lines = [];
  });

  function write(http: LoggedPart['level'], sse: LoggedPart['level']): readonly string[] {
    const log = new AccessLog({ http: part(http, 'http'), sse: part(sse, 'sse') });
    log.write({ route: '/api/:sdkId/eval', method: 'POST', status: 200, milliseconds: 0.42 });
    log.write({ route: '/sse/:sdkId/eval/:data', method: 'GET', status: 200, milliseconds: 1 });
    log.write({ route: undefined, method: 'GET', status: 404, milliseconds: 0.1 });
    return lines;
  }

  it('has method, pattern, status and time', () => {
    expect(write('debug', 'debug')).toEqual([
      'http: POST /api/:sdkId/eval 200 0.4 ms',
      'sse: GET /sse/:sdkId/eval/:data 200 1.0 ms',
      'http: GET (no route) 404 0.1 ms',
    ]);
  });

  it('is there at debug only, for streams and for the rest each', () => {
    expect(write('info', 'warn')).toEqual([]);
    expect(write('debug', 'info')).toHaveLength(2);
    lines = [];
    expect(write('error', 'debug')).toHaveLength(1);
  });
});
