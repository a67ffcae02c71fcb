import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { identify } from '../support/builders.js';
import { request } from '../support/http-answer.js';
import { problem } from '../support/problem.js';
import { SECRET, TOKEN } from '../support/service.js';
import { sign, TestBed } from '../support/test-bed.js';

const UNAUTHORIZED = problem(401, 'unauthorized', 'Unauthorized');

const bed = new TestBed({
  engage: {
    destinations: {
      dest: { token: TOKEN },
      rotating: { token: ['old-token', 'new-token'] },
      signed: { token: TOKEN, shared_secrets: ['older', SECRET] },
    },
  },
});

describe('a caller', () => {
  it.each([
    ['without a token', ''],
    ['with a wrong token', 'Bearer wrong'],
    ['with a token that the right one begins', `Bearer ${TOKEN}s`],
    ['with the raw token', TOKEN],
    ['with the token of another destination', 'Bearer new-token'],
  ])('%s is answered 401, whatever it sent', async (_name, authorization) => {
    const headers = { authorization };
    for (const body of [identify(), 'no JSON', 'x'.repeat(9_000_000)]) {
      expect(await bed.send(body, { headers })).toMatchObject({ status: 401, body: UNAUTHORIZED });
    }
    const rejected = await bed.rows.rejected('dest');
    expect(rejected.filter(({ reason }) => reason === 'bad_signature')).toEqual([]);
  });

  it.each([
    ['as Bearer', 'Bearer new-token', ''],
    ['the older one', 'bearer old-token', ''],
    ['as the user of Basic', `Basic ${btoa('new-token:')}`, ''],
    ['as the password of Basic', `Basic ${btoa('segment:new-token')}`, ''],
    ['in the query', '', '?token=new-token'],
  ])('may bring one of the tokens %s', async (_name, authorization, query) => {
    const sending = {
      destination: 'rotating',
      route: `events${query}`,
      headers: { authorization },
    };
    expect(await bed.send(identify({ key: 'tokens' }), sending)).toMatchObject({ status: 200 });
  });

  it('of an unknown destination is answered 404', async () => {
    expect(await bed.send(identify(), { destination: 'nobody' })).toMatchObject({
      status: 404,
      body: problem(404, 'unknown_destination', 'Not Found'),
    });
  });

  it.each([
    ['GET', 'events'],
    ['DELETE', 'events'],
    ['POST', 'unheard-of'],
  ])('%s %s is answered 404', async (method, route) => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await request(`${bed.base}/engage/dest/${route}`, { method, headers });
    expect(answer).toMatchObject({ status: 404, body: problem(404, 'about:blank', 'Not Found') });
  });
});

describe('a signature', () => {
  const body = JSON.stringify([identify({ key: 'signed' }), identify({ userId: 'user_2' })]);
  const [first = ''] = JSON.parse(body).map((event: unknown) => JSON.stringify(event));

  it.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['is of another secret', sign(first, 'another')],
    ['is of another body', sign(`${first} `)],
    ['is in capitals', sign(first).toUpperCase()],
    ['is cut', sign(first).slice(0, -1)],
  ])('that %s is answered 401, and the events are kept', async (_name, signature) => {
    await bed.rows.query('delete from rejected_event');
    const headers = signature === undefined ? {} : { 'x-signature': signature };
    const answer = await bed.send(body, { destination: 'signed', headers });
    expect(answer).toMatchObject({ status: 401, body: UNAUTHORIZED });
    expect(await bed.rows.rejected('signed')).toMatchObject(
      JSON.parse(body).map((payload: unknown) => ({ reason: 'bad_signature', payload })),
    );
    expect(await bed.rows.memberships('signed')).toEqual([]);
  });

  it('that is wrong keeps a body that is no JSON as a text', async () => {
    await bed.rows.query('delete from rejected_event');
    await bed.send('a=u1', { destination: 'signed' });
    expect(await bed.rows.rejected('signed')).toMatchObject([{ payload: 'a=u1' }]);
  });

  it('never replaces the token', async () => {
    const headers = { 'x-signature': sign(first), authorization: '' };
    expect(await bed.send(body, { destination: 'signed', headers })).toMatchObject({ status: 401 });
  });

  it.each([SECRET, 'older'])('of the secret %s is taken', async (secret) => {
    const headers = { 'x-signature': sign(first, secret) };
    expect(await bed.send(body, { destination: 'signed', headers })).toMatchObject({ status: 200 });
  });

  it('is of the inflated body', async () => {
    const headers = { 'x-signature': sign(first), 'content-encoding': 'gzip' };
    const sending = { destination: 'signed', headers };
    expect(await bed.send(gzipSync(body), sending)).toMatchObject({ status: 200 });
  });
});
