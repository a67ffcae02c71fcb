import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { entries, identify } from '../support/builders.js';
import { problem } from '../support/problem.js';
import { counts, TestBed } from '../support/test-bed.js';

const MEGABYTE = 1_048_576;
const NOT_JSON = problem(400, 'not_json', 'Bad Request');
const TOO_LARGE = problem(413, 'about:blank', 'Content Too Large');

const bed = new TestBed();

describe('a body', () => {
  it.each([
    ['that is empty', ''],
    ['that is no JSON', 'a=u1'],
    ['that ends too soon', JSON.stringify([identify()]).slice(0, -2)],
    ['of two JSON texts', '{}{}'],
  ])('%s is answered 400', async (_name, body) => {
    const answer = await bed.send(body);
    expect(answer).toMatchObject({ status: 400, body: NOT_JSON });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it.each(['null', '42', '"text"', '{}', '[[]]', '[null]'])(
    '%s is one malformed event',
    async (body) => {
      expect((await bed.send(body)).body).toEqual(counts({ rejected: 1 }));
    },
  );

  it('of nearly 8 MB is taken, and of more answered 413', async () => {
    const padding = 'x'.repeat(8 * MEGABYTE - 2_000);
    const event = identify({ key: 'padded', over: { padding } });
    expect(await bed.send(event)).toMatchObject({ status: 200, body: counts({ added: 1 }) });
    const larger = { ...event, padding: `${padding}${'x'.repeat(2_000)}` };
    expect(await bed.send(larger)).toMatchObject({ status: 413, body: TOO_LARGE });
  });

  it.each([
    ['one event', (event: unknown) => event],
    ['an array', (event: unknown) => [event]],
    ['a batch', (event: unknown) => ({ batch: [event], sentAt: null })],
    ['an array of wrapped events', (event: unknown) => [{ json: event }]],
  ])('may be %s', async (name, shaped) => {
    const { body } = await bed.send(shaped(identify({ key: 'shapes', userId: name })));
    expect(body).toEqual(counts({ added: 1 }));
  });

  it('may hold 4,000 events, which is the most that Segment batches', async () => {
    const batch = entries(4_000, { key: 'largest' });
    expect((await bed.send(batch)).body).toEqual(counts({ added: 4_000 }));
    expect((await bed.send(batch)).body).toEqual(counts({ unchanged: 4_000 }));
  });

  it('may be compressed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const body = gzipSync(JSON.stringify(identify({ key: 'zipped' })));
    expect((await bed.send(body, { headers })).body).toEqual(counts({ added: 1 }));
  });

  it('of more events than any sender batches is answered 413, not after a quarter of a minute', async () => {
    const body = `[${'1,'.repeat(40_000)}1]`;
    expect(await bed.send(body)).toMatchObject({ status: 413 });
  });

  it('that inflates past the limit is answered 413, however small it came', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * MEGABYTE, ' '));
    expect(bomb.length).toBeLessThan(MEGABYTE);
    const answer = await bed.send(bomb, { headers: { 'content-encoding': 'gzip' } });
    expect(answer).toMatchObject({ status: 413, body: TOO_LARGE });
  });

  it.each([
    ['no gzip at all', Buffer.from('{}')],
    ['gzip that ends too soon', gzipSync(JSON.stringify(identify())).subarray(0, -20)],
  ])('that should be compressed and is %s is answered 400', async (_name, body) => {
    const answer = await bed.send(body, { headers: { 'content-encoding': 'gzip' } });
    expect(answer).toMatchObject({
      status: 400,
      body: problem(400, 'about:blank', 'Bad Request'),
    });
  });

  it('in an encoding of nobody is answered 415', async () => {
    const answer = await bed.send('{}', { headers: { 'content-encoding': 'rot13' } });
    expect(answer.body).toEqual(problem(415, 'about:blank', 'Unsupported Media Type'));
  });
});
