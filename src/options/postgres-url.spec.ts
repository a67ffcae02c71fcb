import { describe, expect, it } from 'vitest';
import { Binder } from './bind.js';
import { Options } from './options.js';
import { Problems, type Problem } from './problems.js';

function problemsOf(url: string): readonly Problem[] {
  const problems = new Problems();
  new Binder(problems).bind(Options, { database: { url } });
  return problems.all();
}

describe('the URL of PostgreSQL', () => {
  it.each([
    'postgres://u:p@db:5432/x',
    'postgresql://db/x?sslmode=require',
    'postgres://u:p%40ss@[::1]/x',
    'postgres://u:100%@db/x',
    'postgres://u:p@/x?host=/var/run/postgresql&port=5433',
    'postgres:///x',
    'postgres://u:p@my_container/x',
  ])('may be %s', (url) => {
    expect(problemsOf(url)).toEqual([]);
  });

  it.each([
    ['postgres://u:S3CRET@h:99999/x', 'port (0 to 65535)'],
    ['postgres://u:S3CRET@h:x/x', 'port (0 to 65535)'],
    ['postgres://u:S3CRET/h/x@h:5/x', '%2F'],
    ['postgres://u:S3CRET@/x?port=99999', 'must have a port of 0 to 65535'],
    ['postgres://u:S3CRET%e9@h/x', '%25'],
    ['mysql://u:S3CRET@h/x', 'must begin with postgres://'],
  ])('is refused at the start as %s, and not repeated', (url, reason) => {
    expect(problemsOf(url)).toEqual([
      { path: 'database.url', message: expect.stringContaining(reason) },
    ]);
    expect(problemsOf(url)[0]?.message).not.toContain('S3CRET');
  });
});
