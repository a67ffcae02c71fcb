import { describe, expect, it } from 'vitest';
import { chooseEncoding } from './content-encoding.js';

const choose = (accepted?: string) => chooseEncoding(accepted, ['br', 'gzip']);

describe('the encoding of a body', () => {
  it.each([
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=0.5,br;q=0.5', 'br'],
    ['gzip;q=1.0, br;q=0.9', 'gzip'],
    ['gzip ; q=0.001', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['gzip, *;q=0', 'gzip'],
    ['*;q=0.5, gzip', 'gzip'],
    ['identity;q=0, gzip;q=0.1', 'gzip'],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ] as const)('for %j is %s', (accepted, encoding) => {
    expect(choose(accepted)).toBe(encoding);
  });

  it.each([
    '',
    ',',
    'deflate, zstd',
    'identity',
    'gzip;q=0',
    'gzip;q=0, br;q=0.000',
    '*;q=0',
    'identity, gzip;q=0.5, br;q=0.5',
    'gzip;q=2',
    'gzip;q=nothing',
    'identity;q=0',
    'identity;q=0, *;q=0',
  ])('for %j is none', (accepted) => {
    expect(choose(accepted)).toBeUndefined();
  });

  it('is none for a client that says nothing', () => {
    expect(choose()).toBeUndefined();
  });

  it('is one of those that there are', () => {
    expect(chooseEncoding('gzip, br', [])).toBeUndefined();
    expect(chooseEncoding('gzip, br', ['gzip'])).toBe('gzip');
    expect(chooseEncoding('gzip, br', ['gzip', 'br'])).toBe('gzip');
  });
});
