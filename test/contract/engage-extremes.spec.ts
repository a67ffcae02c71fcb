import { expect, it, vi } from 'vitest';
import { isJsonObject } from '../../src/engage/json-value.js';
import { identify } from '../support/builders.js';
import { request } from '../support/http-answer.js';
import { counts, PATIENCE, TestBed } from '../support/test-bed.js';

const bed = new TestBed({ diag: { port: 0, host: '127.0.0.1' } });
const many = (count: number) => Array.from({ length: count }, (_, n) => n);

it('an audience key of 10 KB costs its event alone', async () => {
  const bad = identify({ key: 'k'.repeat(10_240), computationId: 'aud_long' });
  expect((await bed.send([bad, identify({ key: 'beside_long' })])).body).toEqual(
    counts({ added: 1, rejected: 1 }),
  );
  expect((await bed.rows.rejected('dest')).at(-1)).toMatchObject({ reason: 'malformed' });
});

it('5,000 audiences in one batch are all made, be it by its repetitions', async () => {
  const batch = many(5_000).map((n) => identify({ key: `many_${n}` }));
  // Whatever a request could not make in time is made by the next; Segment sends it again as well.
  await vi.waitUntil(async () => (await bed.send(batch)).status === 200, PATIENCE);
  expect((await bed.send(batch)).body).toEqual(counts({ unchanged: 5_000 }));
  const [row] = await bed.rows.query<{ count: string }>(
    `select count(*) from audience where key like 'many\\_%'`,
  );
  expect(row?.count).toBe('5000');
});

it('a member of 2,000 audiences is evaluated in each, and named with all of them', async () => {
  const batch = many(2_000).map((n) => identify({ key: `many_${n}`, userId: 'everywhere' }));
  expect((await bed.send(batch)).body).toEqual(counts({ added: 2_000 }));
  await bed.sees('audience_many_1999', 'everywhere', true);
  await expect.poll(audiencesOf, PATIENCE).toHaveLength(2_000);
});

it('the years 1970 and 9999 are times like others, the latter not believed and counted', async () => {
  const old = identify({ key: 'years', userId: 'old', at: '1970-01-01T00:00:00.000Z' });
  const late = identify({ key: 'years', userId: 'late', at: '9999-12-31T23:59:59.999Z' });
  expect((await bed.send([old, late])).body).toEqual(counts({ added: 2 }));
  const left = identify({ key: 'years', userId: 'late', isMember: false, at: nextSecond() });
  expect((await bed.send(left)).body).toEqual(counts({ removed: 1 }));
  const [row] = await bed.rows.query<{ micros: string }>(
    `select extract(epoch from event_at)::bigint as micros from membership where member_key = 'old'`,
  );
  expect(row?.micros).toBe('0');
  const { text } = await request(`${bed.diagnostics}/metrics`);
  expect(text).toContain('audience_sync_future_events_total{destination="dest"} 1');
});

it('one event 4,000 times over is one', async () => {
  const event = identify({ key: 'again' });
  expect((await bed.send(many(4_000).map(() => event))).body).toEqual(
    counts({ added: 1, unchanged: 3_999 }),
  );
});

async function audiencesOf(): Promise<unknown> {
  const { body } = await request(`${bed.base}/api/default/user`, {
    method: 'POST',
    body: JSON.stringify({ user: { Identifier: 'everywhere' } }),
  });
  return isJsonObject(body) && isJsonObject(body['user']) ? body['user']['audiences'] : body;
}

function nextSecond(): string {
  return new Date(Date.now() + 1_000).toISOString();
}
