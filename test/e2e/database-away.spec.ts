import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entries, identify } from '../support/builders.js';
import { EventStream } from '../support/event-stream.js';
import { Gate } from '../support/gate.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { problem } from '../support/problem.js';
import { Rows } from '../support/rows.js';
import { startTestService, TOKEN, type TestService } from '../support/service.js';
import { counts, flagAt, PATIENCE, sendTo } from '../support/test-bed.js';

/** A machine that is busy with other tests may miss a time once. */
const TIMED = { retry: 2 };

/** Either: the request's patience and that of its connection or statement end at about one time. */
const NOT_IN_TIME = expect.stringMatching(/^(?:deadline_exceeded|database_unavailable)$/);

let database: TestDatabase;
let gate: Gate;
let rows: Rows;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase();
  gate = await Gate.before(database.url);
  rows = await new Rows(database.url).connect();
  service = await startTestService(gate.url, {
    engage: { queue: { rows: 10 }, destinations: { dest: { token: TOKEN } } },
  });
});

afterAll(async () => {
  await service.stop();
  await rows.end();
  await gate.shut();
  await database.drop();
});

function send(body: unknown): Promise<HttpAnswer> {
  return sendTo(service.base, body);
}

function flagOf(key: string, identifier: string): Promise<unknown> {
  return flagAt(service.base, key, { identifier });
}

function expectRepetition(answer: HttpAnswer, type: unknown): void {
  expect(answer).toMatchObject({ status: 503, body: problem(503, type, 'Service Unavailable') });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
}

describe('while PostgreSQL is away', () => {
  it('events are answered 503 with Retry-After, and stored when they come again', async () => {
    await send(identify({ key: 'away', userId: 'before' }));
    await gate.shut();
    for (const key of ['away', 'never_seen']) {
      expectRepetition(await send(identify({ key, userId: 'during' })), 'database_unavailable');
    }
    await gate.open();
    await expect
      .poll(async () => (await send(identify({ key: 'away', userId: 'during' }))).body, PATIENCE)
      .toEqual(counts({ added: 1 }));
  });

  it('and does not even say so, events are answered 503 inside five seconds', TIMED, async () => {
    gate.stall();
    const start = performance.now();
    const answer = await send(identify({ key: 'away', userId: 'stalled' }));
    const took = performance.now() - start;
    gate.resume();
    expectRepetition(answer, NOT_IN_TIME);
    expect(took).toBeLessThan(5_000);
    await expect.poll(() => flagOf('audience_away', 'stalled'), PATIENCE).toBe(true);
  });

  it('createAudience, a deletion and a bad event are, too', async () => {
    await gate.shut();
    const asked = await sendTo(service.base, { audienceName: 'x' }, { route: 'audiences' });
    expectRepetition(asked, 'database_unavailable');
    expectRepetition(await send({ type: 'delete', userId: 'a' }), 'database_unavailable');
    expectRepetition(
      await send({ type: 'identify', userId: 'a', context: { personas: {} } }),
      'database_unavailable',
    );
    await gate.open();
    await expect.poll(async () => (await send([])).status, PATIENCE).toBe(200);
  });

  it('Evaluation, CDN and SSE go on from memory while Postgres, ConfigCat or Segment is away', async () => {
    const config = `${service.base}/configuration-files/configcat-proxy/default/config_v6.json`;
    await send(identify({ key: 'remembered', userId: 'ada' }));
    await expect.poll(() => flagOf('audience_remembered', 'ada'), PATIENCE).toBe(true);
    await expect
      .poll(async () => (await request(config)).text, PATIENCE)
      .toContain('audience_remembered');
    const served = await request(config);
    await gate.shut();
    expectRepetition(
      await send(identify({ key: 'remembered', userId: 'bea' })),
      'database_unavailable',
    );
    expect(await flagOf('audience_remembered', 'ada')).toBe(true);
    expect(await flagOf('audience_remembered', 'bea')).toBe(false);
    expect(await request(config)).toMatchObject({ status: 200, text: served.text });
    const stream = new EventStream(service.base, {
      key: 'audience_remembered',
      user: { Identifier: 'bea' },
    });
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: false });
    await gate.open();
    await expect
      .poll(
        async () => (await send(identify({ key: 'remembered', userId: 'bea' }))).status,
        PATIENCE,
      )
      .toBe(200);
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ value: true });
  });
});

describe('Nothing waits in an unbounded queue: past its bound, ingest answers 503 and Segment retries', () => {
  it('what finds the queue full', async () => {
    await send(identify({ key: 'queued', userId: 'known' }));
    await rows.query('begin');
    await rows.query('lock table membership in access exclusive mode');
    const both = [send(entries(8, { key: 'queued' })), send(entries(8, { key: 'queued' }))];
    const refused = await Promise.race(both);
    await rows.query('commit');
    expectRepetition(refused, 'queue_full');
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(await rows.memberships('dest')).toContainEqual(['user_7', true]);
  });

  it('what is not committed after four seconds', TIMED, async () => {
    await rows.query('begin');
    await rows.query('lock table membership in access exclusive mode');
    const start = performance.now();
    const answer = await send(identify({ key: 'queued', userId: 'late' }));
    const took = performance.now() - start;
    await rows.query('commit');
    expectRepetition(answer, NOT_IN_TIME);
    expect(took).toBeGreaterThan(3_900);
    expect(took).toBeLessThan(5_000);
    const again = await send(identify({ key: 'queued', userId: 'late' }));
    expect(again.status).toBe(200);
    await expect.poll(() => flagOf('audience_queued', 'late'), PATIENCE).toBe(true);
  });
});
