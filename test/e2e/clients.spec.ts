import { expect, it } from 'vitest';
import { deletion, entries, identify, track } from '../support/builders.js';
import { ConfigCatClient } from '../support/configcat-client.js';
import { EventStream } from '../support/event-stream.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const LATER = '2024-05-03T20:00:00.000Z';
const bed = new TestBed();

it('an SDK that polls the CDN sees a user enter and leave', async () => {
  await bed.send(identify({ key: 'polled', userId: 'somebody' }));
  const client = ConfigCatClient.polling(bed.base);
  const ada = (): Promise<unknown> => client.value('audience_polled', 'ada');
  await expect.poll(ada, PATIENCE).toBe(false);
  await bed.send(identify({ key: 'polled', userId: 'ada' }));
  await expect.poll(ada, PATIENCE).toBe(true);
  await bed.send(track({ key: 'polled', userId: 'ada', isMember: false, at: LATER }));
  await expect.poll(ada, PATIENCE).toBe(false);
  expect(await client.value('audience_polled', 'somebody')).toBe(true);
});

it('an EventSource sees its user enter and leave, and another user sees nothing', async () => {
  await bed.send(identify({ key: 'watched', userId: 'somebody' }));
  await bed.sees('audience_watched', 'somebody', true);
  const key = 'audience_watched';
  const ada = new EventStream(bed.base, { key, user: { Identifier: 'ada' } });
  const bea = new EventStream(bed.base, { key, user: { Identifier: 'bea' } });
  const all = new EventStream(bed.base, { user: { Identifier: 'bea' } });
  await expect.poll(() => ada.last, PATIENCE).toMatchObject({ value: false });
  await expect.poll(() => bea.last, PATIENCE).toMatchObject({ value: false });
  await expect.poll(() => all.last, PATIENCE).toMatchObject({ [key]: { value: false } });
  await bed.send(identify({ key: 'watched', userId: 'ada' }));
  await expect.poll(() => ada.last, PATIENCE).toMatchObject({ value: true });
  await bed.send(identify({ key: 'watched', userId: 'ada', isMember: false, at: LATER }));
  await expect.poll(() => ada.last, PATIENCE).toMatchObject({ value: false });
  // What follows shows that her streams work, and that nothing came before.
  await bed.send(identify({ key: 'watched', userId: 'bea' }));
  await expect.poll(() => bea.last, PATIENCE).toMatchObject({ value: true });
  await expect.poll(() => all.last, PATIENCE).toMatchObject({ [key]: { value: true } });
  expect(ada.messages).toHaveLength(3);
  expect(bea.messages).toHaveLength(2);
  expect(all.messages).toHaveLength(2);
});

it('a stream of all flags sees new audiences, and the deletion of its user', async () => {
  const stream = new EventStream(bed.base, { user: { Identifier: 'carl' } });
  await bed.send(identify({ key: 'brand_new', userId: 'carl' }));
  const flag = 'audience_brand_new';
  await expect.poll(() => stream.last, PATIENCE).toMatchObject({ [flag]: { value: true } });
  await bed.send(deletion('carl'));
  await expect.poll(() => stream.last, PATIENCE).toMatchObject({ [flag]: { value: false } });
});

it('What an SDK evaluates from the CDN and what the API answers are the same, for every user, at one config version, without default attributes, while an audience is delivered as a list', async () => {
  const odd = ['', ' ', 'ünïcode', '👩‍👩‍👧', '"quoted"', 'user_5 ', 'USER_5', '__proto__', '\u2028'];
  await bed.send(entries(200, { key: 'listed' }));
  await bed.send(
    odd.filter((key) => key !== '').map((userId) => identify({ key: 'listed', userId })),
  );
  await bed.send(entries(50, { key: 'listed', isMember: false, at: LATER }));
  await bed.send(identify({ key: 'second_list', userId: 'user_7' }));
  await bed.sees('audience_second_list', 'user_7', true);
  const client = ConfigCatClient.manual(bed.base);
  const current = async (): Promise<unknown> => {
    await client.refresh();
    return client.value('audience_second_list', 'user_7');
  };
  await expect.poll(current, PATIENCE).toBe(true);
  const users = [...odd, ...Array.from({ length: 220 }, (_, n) => `user_${n}`)];
  for (const key of await client.keys()) {
    const here = await Promise.all(users.map((user) => bed.flag(key, user)));
    const there = await Promise.all(users.map((user) => client.value(key, user)));
    expect(there).toEqual(here);
  }
  expect(await bed.flag('audience_listed', 'user_49')).toBe(false);
  expect(await bed.flag('audience_listed', 'user_50')).toBe(true);
});
