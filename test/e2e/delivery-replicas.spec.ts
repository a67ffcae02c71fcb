import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UserConditionJson } from '../../src/evaluation/config-json.js';
import { entries, identify } from '../support/builders.js';
import { request } from '../support/http-answer.js';
import { startTestService, TOKEN, type TestService } from '../support/service.js';
import { flagAt, PATIENCE, TestBed } from '../support/test-bed.js';

const LIMIT = 10;
const LATER = '2024-05-03T20:00:00.000Z';
const OPTIONS = {
  sdks: { default: {}, totals: { product: 'totals' } },
  segments: { inline_limit: LIMIT, inline_total: 15 },
  engage: {
    destinations: { dest: { token: TOKEN }, totals: { token: TOKEN, products: ['totals'] } },
  },
};

const bed = new TestBed(OPTIONS);
const others: TestService[] = [];

async function startAnother(): Promise<void> {
  others.push(await startTestService(bed.databaseUrl, OPTIONS));
}

beforeAll(startAnother);
afterAll(async () => {
  await Promise.all(others.map((other) => other.stop()));
});

const replicas = (): readonly string[] => [bed.base, ...others.map(({ base }) => base)];

/** How a replica delivers a segment, with the ETag of the config that it is in. */
async function deliveryAt(base: string, name: string, sdkId: string): Promise<string> {
  const { body, headers } = await request(
    `${base}/configuration-files/configcat-proxy/${sdkId}/config_v6.json`,
  );
  const { s = [] }: { s?: { n: string; r: UserConditionJson[] }[] } = Object(body);
  const condition = s.find(({ n }) => n === name)?.r[0];
  return `${condition?.c} ${condition?.l?.length} ${headers.get('etag')}`;
}

/** How all replicas deliver it, where they do so in one config; else what each of them does. */
async function delivered(name: string, sdkId = 'default'): Promise<unknown> {
  const seen = await Promise.all(replicas().map((base) => deliveryAt(base, name, sdkId)));
  return new Set(seen).size === 1 ? seen[0]?.split(' ').slice(0, 2).join(' ') : seen;
}

/** Resolves once all replicas know how it is with that user. */
async function allSee(key: string, identifier: string, value: boolean): Promise<void> {
  for (const base of replicas()) {
    await expect.poll(() => flagAt(base, `audience_${key}`, { identifier }), PATIENCE).toBe(value);
  }
}

const leave = (key: string, userId: string): Promise<unknown> =>
  bed.send(identify({ key, userId, isMember: false, at: LATER }));

it('replicas deliver a segment alike, also one that starts after it went over the limit and back', async () => {
  const key = 'sized';
  await bed.send(entries(LIMIT + 1, { key }));
  await expect.poll(() => delivered('Sized'), PATIENCE).toBe('34 1');
  await leave(key, 'user_0');
  await leave(key, 'user_1');
  await allSee(key, 'user_1', false);
  await startAnother();
  await expect.poll(() => delivered('Sized'), PATIENCE).toBe('34 1');
  await leave(key, 'user_2');
  await expect.poll(() => delivered('Sized'), PATIENCE).toBe('16 8');
  await bed.send(identify({ key, userId: 'new' }));
  await bed.send(identify({ key, userId: 'newer' }));
  await expect.poll(() => delivered('Sized'), PATIENCE).toBe('16 10');
  await startAnother();
  await expect.poll(() => delivered('Sized'), PATIENCE).toBe('16 10');
});

it('replicas agree on which of the lists that are too long together goes by attribute', async () => {
  const totals = { destination: 'totals' };
  await bed.send(entries(6, { key: 'small' }), totals);
  await bed.send(entries(9, { key: 'middle' }), totals);
  await expect.poll(() => delivered('Middle', 'totals'), PATIENCE).toBe('16 9');
  await bed.send(entries(1, { key: 'tiny' }), totals);
  await expect.poll(() => delivered('Middle', 'totals'), PATIENCE).toBe('34 1');
  await bed.send(identify({ key: 'middle', isMember: false, at: LATER }), totals);
  await startAnother();
  await expect.poll(() => delivered('Middle', 'totals'), PATIENCE).toBe('34 1');
  await expect.poll(() => delivered('Small', 'totals'), PATIENCE).toBe('16 6');
});

it('what is stored of a choice is one row, and nothing while sizes stay on their side', async () => {
  const key = 'counted';
  const stored = async (): Promise<unknown> => {
    const [row] = await bed.rows.query<{ revision: string; chosen: string }>(
      `select revision, (
         select json_agg(d.delivered_as) from segment_delivery d join segment s on s.id = d.segment_id
         where s.name = 'Counted') as chosen
       from instance`,
    );
    return row;
  };
  await bed.send(entries(LIMIT, { key }));
  await expect.poll(() => delivered('Counted'), PATIENCE).toBe('16 10');
  const before = await stored();
  expect(before).toMatchObject({ chosen: null });
  await leave(key, 'user_1');
  await expect.poll(() => delivered('Counted'), PATIENCE).toBe('16 9');
  expect(await stored()).toEqual(before);
  await bed.send(entries(LIMIT + 3, { key, at: '2024-05-03T21:00:00.000Z' }));
  await expect.poll(() => delivered('Counted'), PATIENCE).toBe('34 1');
  expect(await stored()).toMatchObject({ chosen: ['attribute'] });
  await bed.rows.query(`delete from segment where name = 'Counted'`);
  expect(await stored()).toMatchObject({ chosen: null });
});
