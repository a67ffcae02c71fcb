import { describe, expect, it } from 'vitest';
import { Problems } from './problems.js';

describe('problems', () => {
  it('are kept in their order, and name the variable that a value came from', () => {
    const problems = new Problems();
    problems.cameFrom('http.port', 'CONFIGCAT_HTTP_PORT');
    problems.add('http.port', 'must be a whole number');
    problems.add('http.host', 'must be text');
    expect(problems.all()).toEqual([
      {
        path: 'http.port',
        message: 'must be a whole number (it comes from the variable CONFIGCAT_HTTP_PORT)',
      },
      { path: 'http.host', message: 'must be text' },
    ]);
  });

  it('of a part are problems of the whole, but not of a neighbour', () => {
    const problems = new Problems();
    problems.add('sdks.ab.key', 'x');
    problems.add('admin.tokens[0]', 'x');
    expect(
      ['sdks.ab', 'sdks.ab.key', 'sdks', 'admin.tokens'].every((path) => problems.has(path)),
    ).toBe(true);
    expect(['sdks.a', 'sdks.ab.ke', 'admin.token'].some((path) => problems.has(path))).toBe(false);
  });
});
