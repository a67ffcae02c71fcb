import { describe, expect, it } from 'vitest';
import { Binder } from '../bind.js';
import { Options } from '../options.js';
import { Problems, type Problem } from '../problems.js';
import { checkEngage } from './engage.rules.js';

function check(engage: unknown): readonly Problem[] {
  const problems = new Problems();
  const options = new Binder(problems).bind(Options, { engage });
  checkEngage(options.engage, problems);
  return problems.all();
}

describe('destinations', () => {
  it.each([
    { token: 't' },
    { token: ['t', 'u'] },
    { write_keys: 'k' },
    { client_side_id: 'c', service_token: 's' },
  ])('have a credential: %j', (destination) => {
    expect(check({ destinations: { a: destination } })).toEqual([]);
  });

  it.each([null, { shared_secrets: 's' }, { token: [] }])(
    'are refused without one: %j',
    (destination) => {
      expect(check({ destinations: { a: destination } })).toMatchObject([
        { path: 'engage.destinations.a', message: expect.stringContaining('has no credential') },
      ]);
    },
  );

  it('take the synced-segment call with both its credentials', () => {
    expect(check({ destinations: { a: { token: 't', client_side_id: 'c' } } })).toMatchObject([
      { path: 'engage.destinations.a', message: expect.stringContaining('both client_side_id') },
    ]);
  });

  it('may share a token, but neither write key nor client_side_id', () => {
    const destination = {
      token: 't',
      write_keys: ['k', 'l'],
      client_side_id: 'c',
      service_token: 's',
    };
    const other = { ...destination, write_keys: ['m', 'l'] };
    expect(check({ destinations: { a: destination, b: other } })).toEqual([
      {
        path: 'engage.destinations.b.write_keys',
        message: 'has the same write key as engage.destinations.a',
      },
      {
        path: 'engage.destinations.b.client_side_id',
        message: 'has the same client_side_id as engage.destinations.a',
      },
    ]);
  });

  it('with a wrong credential are one problem', () => {
    expect(check({ destinations: { a: { token: 5 } } })).toHaveLength(1);
  });
});

describe('tombstones', () => {
  it('are kept no shorter than rejected events', () => {
    expect(check({ tombstones_for: '6d' })).toEqual([
      { path: 'engage.tombstones_for', message: 'must not be below engage.rejected_for' },
    ]);
    expect(check({ tombstones_for: '6d', rejected_for: '6d' })).toEqual([]);
  });
});
