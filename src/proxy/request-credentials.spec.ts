import { IncomingMessage, type IncomingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RequestCredentials, type Demands } from './request-credentials.js';

function areIn(headers: IncomingHttpHeaders, demands: Partial<Demands>): boolean {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  return new RequestCredentials({ authHeaders: {}, ...demands }).areIn(request);
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('credentials', () => {
  it('are there where none are asked for', () => {
    expect(areIn({}, {})).toBe(true);
  });

  it.each([
    [{ 'x-a': '1', 'x-b': '2' }, true],
    [{ 'x-a': '1' }, false],
    [{ 'x-a': '1', 'x-b': '' }, false],
    [{ 'x-a': '1', 'x-b': '22' }, false],
    [{ 'x-a': '2', 'x-b': '1' }, false],
  ])('are all headers: %j: %s', (headers, expected) => {
    expect(areIn(headers, { authHeaders: { 'X-A': '1', 'x-B': '2' } })).toBe(expected);
  });

  it.each([
    ['UTF-8', 'clé ü', 'utf8', true],
    ['Latin-1', 'clé ü', 'latin1', true],
    ['UTF-8, which alone has it', 'Łódź €', 'utf8', true],
    ['Latin-1, which cuts it off', 'Łódź €', 'latin1', false],
  ] as const)('may have any letters, as %s', (_form, secret, encoding, expected) => {
    const given = Buffer.from(secret, encoding).toString('latin1');
    expect(areIn({ 'x-a': given }, { authHeaders: { 'X-A': secret } })).toBe(expected);
    expect(areIn({ 'x-a': `${given} ` }, { authHeaders: { 'X-A': secret } })).toBe(false);
  });

  it('are never nothing', () => {
    for (const headers of [{}, { 'x-a': '' }]) {
      expect(areIn(headers, { authHeaders: { 'X-A': '' } })).toBe(false);
    }
  });

  it.each([
    [basic('ann:secret'), true],
    [basic('ann:secret').replace('Basic', 'basic'), true],
    [basic('ann:secret:more'), false],
    [basic('ann:'), false],
    [basic('ann'), false],
    [basic(':secret'), false],
    [basic('bob:secret'), false],
    [basic('ann:secret').replace('Basic', 'Bearer'), false],
    ['Basic', false],
    ['Basic ~~~', false],
    [undefined, false],
  ])('are user and password: %s: %s', (authorization, expected) => {
    const basicAuth = { user: 'ann', password: 'secret' };
    const headers = authorization === undefined ? {} : { authorization };
    expect(areIn(headers, { basicAuth })).toBe(expected);
  });

  it('may have a colon in the password, and letters beyond ASCII', () => {
    const basicAuth = { user: 'änn', password: 'a:b:ü' };
    expect(areIn({ authorization: basic('änn:a:b:ü') }, { basicAuth })).toBe(true);
  });

  it('are missing without a user even where both are empty', () => {
    expect(areIn({}, { basicAuth: { user: '', password: '' } })).toBe(false);
  });

  it('are headers and basic authentication where both are set', () => {
    const demands = {
      authHeaders: { 'X-A': '1' },
      basicAuth: { user: 'ann', password: 'secret' },
    };
    const authorization = basic('ann:secret');
    expect(areIn({ 'x-a': '1', authorization }, demands)).toBe(true);
    expect(areIn({ 'x-a': '1' }, demands)).toBe(false);
    expect(areIn({ authorization }, demands)).toBe(false);
  });
});
