import { describe, expect, it } from 'vitest';
import {
  digestSecrets,
  matchesSecret,
  ownersOfSecret,
  presentedServiceTokens,
  presentedTokens,
  presentedWriteKeys,
} from './credentials.js';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
const tokens = (authorization: string | undefined, query = '') =>
  presentedTokens({ authorization, query: new URLSearchParams(query) });

describe('presentedTokens', () => {
  it.each([
    ['Bearer', 'Bearer tok', '', ['tok']],
    ['bearer in small letters', 'bearer  tok ', '', ['tok']],
    ['the user of Basic', basic('tok:'), '', ['tok']],
    ['the password of Basic', basic(':tok'), '', ['tok']],
    ['both of Basic, colons in the password', basic('u:p:q'), '', ['u', 'p:q']],
    ['Basic without a colon', basic('tok'), '', ['tok']],
    ['the query', undefined, 'token=a%20b', ['a b']],
    ['header and query', 'Bearer x', 'token=y', ['x', 'y']],
    ['several of the query, four at most', undefined, 'token=1&'.repeat(9), ['1', '1', '1', '1']],
  ])('finds %s', (_name, authorization, query, expected) => {
    expect(tokens(authorization, query)).toEqual(expected);
  });

  it.each([
    [undefined, ''],
    ['', 'token='],
    ['tok', ''],
    ['Bearer', ''],
    ['Bearer ', ''],
    ['Bearer a b', ''],
    ['Digest tok', ''],
    [basic(':'), ''],
  ])('finds none in %j and %j', (authorization, query) => {
    expect(tokens(authorization, query)).toEqual([]);
  });
});

describe('presentedWriteKeys', () => {
  it('finds the Basic user and the key in the body', () => {
    expect(presentedWriteKeys(basic('wk:'), { writeKey: 'wk2' })).toEqual(['wk', 'wk2']);
  });

  it.each([[{ writeKey: 7 }], [{}], [null], ['wk'], [[{ writeKey: 'wk' }]]])(
    'finds none in the body %j',
    (body) => {
      expect(presentedWriteKeys(undefined, body)).toEqual([]);
    },
  );
});

describe('matchesSecret', () => {
  const secrets = digestSecrets(['tok', 'next', '']);

  it('is true for any of several tokens while they rotate', () => {
    expect(matchesSecret(['tok'], secrets)).toBe(true);
    expect(matchesSecret(['wrong', 'next'], secrets)).toBe(true);
  });

  it.each([[[]], [['']], [['to']], [['toks']], [['TOK']]])('is false for %j', (presented) => {
    expect(matchesSecret(presented, secrets)).toBe(false);
  });

  it('is false where there is no secret', () => {
    expect(matchesSecret([''], digestSecrets(['']))).toBe(false);
  });
});

describe('ownersOfSecret', () => {
  const owners = ['a', 'b'].map((owner) => ({ owner, secrets: digestSecrets([`key-${owner}`]) }));

  it('finds those whose secret was presented', () => {
    expect(ownersOfSecret(['key-b'], owners)).toEqual(['b']);
    expect(ownersOfSecret(['key-c'], owners)).toEqual([]);
    expect(ownersOfSecret(['key-b', 'key-a'], owners)).toEqual(['a', 'b']);
  });
});

it('a service token is the whole header', () => {
  expect(presentedServiceTokens('api-123')).toEqual(['api-123']);
  expect(presentedServiceTokens('')).toEqual([]);
});
