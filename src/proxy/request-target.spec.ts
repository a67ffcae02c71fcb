import { describe, expect, it } from 'vitest';
import { pathOf } from './request-target.js';

describe('the path of a request target', () => {
  it.each([
    ['/', '/'],
    ['/api/default/keys', '/api/default/keys'],
    ['/api/default/keys/', '/api/default/keys'],
    ['/api/default/keys//', '/api/default/keys/'],
    ['/api/default/keys/?a=/b?c', '/api/default/keys'],
    ['http://host/api/default/keys?a', '/api/default/keys'],
    ['HTTPS://user@host:8050/api/', '/api'],
    ['http://host', ''],
    ['http://host?a=/b', ''],
    ['/http://host/a', '/http://host/a'],
    ['//host/a', '//host/a'],
    ['*', '*'],
    ['', ''],
  ])('%s is %s', (target, path) => {
    expect(pathOf(target)).toBe(path);
  });
});
