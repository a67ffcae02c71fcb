import { describe, expect, it } from 'vitest';
import { PathPattern } from './path-pattern.js';

function match(pattern: string, path: string): readonly string[] | undefined {
  return new PathPattern(pattern).match(path.split('/').slice(1));
}

describe('a pattern of a path', () => {
  it('gives the values of its parameters in the order of the path, decoded', () => {
    expect(match('/sse/:sdkId/eval/*data', '/sse/my%5Fid/eval/a/b//c')).toEqual([
      'my_id',
      'a/b//c',
    ]);
    expect(match('/api/eval', '/api/eval')).toEqual([]);
  });

  it.each([
    ['/api/:sdkId/eval', '/api/default/eval/more'],
    ['/api/:sdkId/eval', '/api/default'],
    ['/api/:sdkId/eval', '/api//eval'],
    ['/api/:sdkId/keys', '/api/../keys'],
    ['/api/:sdkId/keys', '/api/./keys'],
    ['/configuration-files/*path', '/configuration-files'],
    ['/configuration-files/*path', '/configuration-files/'],
    ['/configuration-files/*path', '/configuration-files/a/'],
    ['/configuration-files/*path', '/configuration-files/a/../b'],
  ])('%s is not of %s', (pattern, path) => {
    expect(match(pattern, path)).toBeUndefined();
  });

  it('leaves an escape that is none as it is', () => {
    expect(match('/api/:sdkId/keys', '/api/%zz/keys')).toEqual(['%zz']);
  });

  it('is shown with names in place of values', () => {
    expect(new PathPattern('/sse/:sdkId/eval/*data').label).toBe('/sse/{sdkId}/eval/{data...}');
  });
});
