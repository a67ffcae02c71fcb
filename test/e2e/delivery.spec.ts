import { expect, it } from 'vitest';
import type { UserConditionJson } from '../../src/evaluation/config-json.js';
import { entries, identify } from '../support/builders.js';
import { ConfigCatClient } from '../support/configcat-client.js';
import { request } from '../support/http-answer.js';
import { TOKEN } from '../support/service.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const LIMIT = 10;
const LATER = '2024-05-03T20:00:00.000Z';

const bed = new TestBed({
  sdks: { default: {}, totals: { product: 'totals' } },
  segments: { inline_limit: LIMIT, inline_total: 15 },
  engage: {
    destinations: { dest: { token: TOKEN }, totals: { token: TOKEN, products: ['totals'] } },
  },
});

/** The one condition that SDKs evaluate, of each segment by its name. */
async function conditions(sdkId: string): Promise<Readonly<Record<string, UserConditionJson>>> {
  const { body } = await request(`${bed.base}/configuration-files/configcat-proxy/${sdkId}`);
  const { s = [] }: { s?: { n: string; r: UserConditionJson[] }[] } = Object(body);
  return Object.fromEntries(
    s.flatMap(({ n, r: [condition] }) => (condition ? [[n, condition]] : [])),
  );
}

async function deliveryOf(name: string, sdkId = 'default'): Promise<string> {
  const condition = (await conditions(sdkId))[name];
  return `${condition?.a} ${condition?.c} ${condition?.l?.length}`;
}

function leave(count: number): Promise<unknown> {
  return bed.send(entries(count, { key: 'sized', isMember: false, at: LATER }));
}

it('an audience goes to SDKs as a list up to the limit, above it by attribute, and back below 80 %', async () => {
  await bed.send(entries(LIMIT, { key: 'sized' }));
  await expect.poll(() => deliveryOf('Sized'), PATIENCE).toBe('Identifier 16 10');
  await bed.send(identify({ key: 'sized', userId: 'one more' }));
  await expect.poll(() => deliveryOf('Sized'), PATIENCE).toBe('audiences 34 1');
  expect((await conditions('default'))['Sized']?.l).toEqual(['sized']);
  await leave(2);
  await bed.sees('audience_sized', 'user_1', false);
  expect(await deliveryOf('Sized')).toBe('audiences 34 1');
  await leave(3);
  await expect.poll(() => deliveryOf('Sized'), PATIENCE).toBe('Identifier 16 8');
});

it('an audience above the limit works in an SDK whose app sends the attribute', async () => {
  await bed.send(entries(LIMIT + 1, { key: 'large' }));
  await expect.poll(() => deliveryOf('Large'), PATIENCE).toBe('audiences 34 1');
  const client = ConfigCatClient.manual(bed.base);
  await client.refresh();
  const flag = 'audience_large';
  expect(await client.value(flag, 'user_1', { audiences: ['other', 'large'] })).toBe(true);
  expect(await client.value(flag, 'user_1', { audiences: [] })).toBe(false);
  expect(await client.value(flag, 'user_1')).toBe(false);
  await bed.sees(flag, 'user_1', true);
});

it('what a request says of the attribute is ignored here, where the members are known', async () => {
  await bed.send(entries(LIMIT + 1, { key: 'known' }));
  await bed.sees('audience_known', 'user_1', true);
  const evaluate = async (user: object): Promise<unknown> =>
    (await bed.evaluate('audience_known', user)).body;
  expect(await evaluate({ Identifier: 'user_1', audiences: [] })).toMatchObject({ value: true });
  expect(await evaluate({ Identifier: 'liar', audiences: ['known'] })).toMatchObject({
    value: false,
  });
});

it('of lists that are too long together the largest goes by attribute first', async () => {
  const totals = { destination: 'totals' };
  await bed.send(entries(6, { key: 'small' }), totals);
  await bed.send(entries(9, { key: 'middle' }), totals);
  await expect.poll(() => deliveryOf('Middle', 'totals'), PATIENCE).toBe('Identifier 16 9');
  await bed.send(entries(1, { key: 'tiny' }), totals);
  await expect.poll(() => deliveryOf('Tiny', 'totals'), PATIENCE).toBe('Identifier 16 1');
  expect(await deliveryOf('Middle', 'totals')).toBe('audiences 34 1');
  expect(await deliveryOf('Small', 'totals')).toBe('Identifier 16 6');
});
