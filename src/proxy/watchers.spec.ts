import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { audience, byId, segment } from '../../test/support/definitions.js';
import { eventually } from '../../test/support/eventually.js';
import { quietFeed } from '../../test/support/feed.js';
import { testDatabase } from '../../test/support/template.js';
import { AudienceStore } from '../audiences/audience-store.js';
import type { Audience } from '../audiences/audience.js';
import { MemberLists } from '../audiences/member-lists.js';
import { MembershipIndex } from '../audiences/membership-index.js';
import { Configs } from '../configs/configs.js';
import { ListDelivery } from '../configs/list-delivery.js';
import { NoSource } from '../configs/no-source.js';
import { SdkConfig } from '../configs/sdk-config.js';
import { DefinitionStore } from '../segments/definitions.js';
import { SegmentStore } from '../segments/segment-store.js';
import type { Frame } from './frame.js';
import { TimeSlices } from './time-slices.js';
import { Watchers } from './watchers.js';

/** Never connected: what is watched is in memory. */
const database = testDatabase('postgres://127.0.0.1:1/none');
const VIP = audience(1, { slug: 'vip' });
const BY_EMAIL = audience(2, { slug: 'mail', attribute: 'Email' });

describe('watchers', () => {
  let index: MembershipIndex;
  let sdk: SdkConfig;
  let watchers: Watchers;
  let audiences: ReadonlyMap<number, Audience>;
  let changes: number;
  let time: number;

  beforeEach(() => {
    index = new MembershipIndex();
    changes = 0;
    time = 0;
    const feed = quietFeed(database);
    const lists = new MemberLists(database, feed);
    sdk = new SdkConfig(
      {
        id: 'default',
        product: 'default',
        audienceFlags: true,
        publicUrl: undefined,
        membershipAttribute: 'audiences',
      },
      {
        source: new NoSource(),
        delivery: new ListDelivery(
          { lists, count: (id) => index.count(id) },
          {
            delivery: 'attribute',
            inlineLimit: 0,
            inlineTotal: 0,
            membershipAttribute: 'audiences',
          },
        ),
        index: () => index,
        sees: () => true,
        onError: () => {},
      },
    );
    const stored = new DefinitionStore(
      database,
      new AudienceStore({ maxAudiences: 1 }),
      new SegmentStore(),
    );
    const configs = new Configs(new Map([['default', sdk]]), stored, feed);
    watchers = new Watchers({
      configs,
      // Each step takes a tenth of a millisecond, so a slice is a hundred of them.
      slices: new TimeSlices({ slice: 10, now: () => (time += 0.1) }),
      attributeOf: (id) => audiences.get(id)?.attribute,
    });
    sdk.start();
    define(VIP, BY_EMAIL);
  });

  afterEach(async () => {
    await sdk.stop();
  });

  function define(...all: readonly Audience[]): void {
    audiences = byId(...all);
    sdk.define({
      audiences,
      segments: all.map(({ id }) => segment(id)),
      salt: 'salt',
    });
  }
  /** Resolves when all who watch were told. */
  async function change(audienceId: number, key: string, isMember: boolean): Promise<void> {
    index.set(audienceId, key, isMember);
    changes += 1;
    watchers.membersChanged([
      { id: changes, audienceId, memberKeys: [key], isMembers: [isMember] },
    ]);
    await nextTurn();
  }
  function watch(
    flagKey: string | undefined,
    user: Record<string, unknown> | undefined,
    lastId?: string,
  ) {
    const send = vi.fn<(frame: Frame) => void>();
    const end = watchers.add({ sdk, flagKey, user, lastId, sink: { send } });
    const texts = () => send.mock.calls.map(([frame]) => frame.plain.toString());
    const values = () => texts().map((text) => /"value":(\w+)/.exec(text)?.[1]);
    return { send, end, texts, values };
  }

  it('are told the current value at once, and each change of their user', async () => {
    const ada = watch('audience_vip', { Identifier: 'ada' });
    await change(1, 'ada', true);
    await change(1, 'ada', false);
    expect(ada.values()).toEqual(['false', 'true', 'false']);
  });

  it('hear nothing of other users, of other flags, and of what changes nothing for them', async () => {
    const ada = watch('audience_vip', { Identifier: 'ada', Email: 'ada@example.com' });
    await change(1, 'bob', true);
    await change(2, 'ada@example.com', true);
    await change(1, 'ada', true);
    await change(1, 'ada', true);
    expect(ada.values()).toEqual(['false', 'true']);
  });

  it('are found by whichever attribute an audience is matched on', async () => {
    const all = watch(undefined, { Identifier: 'ada', Email: 'ada@example.com' });
    await change(2, 'ada@example.com', true);
    await change(2, 'ada', true);
    await change(1, 'ada', true);
    expect(all.send).toHaveBeenCalledTimes(3);
    expect(all.texts().at(-1)).toMatch(/mail":\{"value":true.*vip":\{"value":true/);
  });

  it('may have no user, or one without the attribute', async () => {
    const nobody = watch('audience_vip', undefined);
    const other = watch('audience_vip', { Email: 'x' });
    const empty = watch('audience_vip', { Identifier: '' });
    await change(1, 'x', true);
    await change(1, '', true);
    for (const { values } of [nobody, other, empty]) expect(values()).toEqual(['false']);
  });

  it('hear nothing more once they ended, and leave nothing behind', async () => {
    const ada = watch('audience_vip', { Identifier: 'ada' });
    const twin = watch('audience_vip', { Identifier: 'ada' });
    ada.end();
    ada.end();
    await change(1, 'ada', true);
    twin.end();
    expect(ada.values()).toEqual(['false']);
    expect(twin.values()).toEqual(['false', 'true']);
    expect(watchers.size).toBe(0);
  });

  it('keep their stream while their flag is gone, and hear when it is back', async () => {
    const ada = watch('audience_vip', { Identifier: 'ada' });
    define(BY_EMAIL);
    await nextTurn();
    await change(1, 'ada', true);
    expect(ada.values()).toEqual(['false']);
    define(VIP, BY_EMAIL);
    await nextTurn();
    expect(ada.values()).toEqual(['false', 'true']);
  });

  it('are found by a new attribute when their audience is matched on another', async () => {
    const ada = watch('audience_vip', { Identifier: 'ada', Email: 'ada@example.com' });
    define({ ...VIP, attribute: 'Email' });
    await nextTurn();
    await change(1, 'ada', true);
    expect(ada.values()).toEqual(['false']);
    await change(1, 'ada@example.com', true);
    expect(ada.values()).toEqual(['false', 'true']);
  });

  it('get one frame where they get the same', async () => {
    const ada = watch('audience_vip', { Identifier: 'ada' });
    const bob = watch('audience_vip', { Identifier: 'bob' });
    await change(1, 'ada', true);
    await change(1, 'bob', true);
    expect(bob.send.mock.calls).toEqual(ada.send.mock.calls);
    for (const [call, [frame]] of ada.send.mock.calls.entries()) {
      expect(bob.send.mock.calls[call]?.[0]).toBe(frame);
    }
  });

  it('who come back with what is so still are told when it changes, and not before', async () => {
    const ada = watch('audience_vip', { Identifier: 'ada' });
    const id = ada.send.mock.lastCall?.[0].id;
    const back = watch('audience_vip', { Identifier: 'ada' }, id);
    expect(back.values()).toEqual([]);
    await change(1, 'ada', true);
    expect(back.values()).toEqual(['true']);
    const late = watch('audience_vip', { Identifier: 'ada' }, id);
    expect(late.values()).toEqual(['true']);
  });

  it('of one user all hear of it, whoever of them ends', async () => {
    const streams = Array.from({ length: 3 }, () => watch('audience_vip', { Identifier: 'ada' }));
    streams[1]?.end();
    await change(1, 'ada', true);
    streams[0]?.end();
    await change(1, 'ada', false);
    expect(streams.map(({ values }) => values())).toEqual([
      ['false', 'true'],
      ['false'],
      ['false', 'true', 'false'],
    ]);
  });

  it('are told in slices when a batch concerns thousands of them', async () => {
    const users = Array.from({ length: 5_000 }, (_, n) => `user_${n}`);
    const many = users.map((user) => watch('audience_vip', { Identifier: user }));
    for (const user of users) index.set(1, user, true);
    await nextTurn();
    const told = (): number => many.filter(({ values }) => values().at(-1) === 'true').length;
    watchers.membersChanged([
      { id: 1, audienceId: 1, memberKeys: users, isMembers: users.map(() => true) },
    ]);
    expect(told()).toBeGreaterThan(90);
    expect(told()).toBeLessThan(110);
    await eventually(() => expect(told()).toBe(5_000));
  });

  it('all hear of a replacement, also of one that comes while thousands are told', async () => {
    const many = Array.from({ length: 1_200 }, (_, n) =>
      watch('audience_vip', { Identifier: `user_${n}` }),
    );
    for (let n = 0; n < 1_200; n += 1) index.set(1, `user_${n}`, true);
    define({ ...VIP, status: 'archived' });
    define(VIP);
    define({ ...VIP, status: 'archived' });
    define(VIP, BY_EMAIL);
    await eventually(() => {
      expect(many.every(({ values }) => values().at(-1) === 'true')).toBe(true);
    });
  });
});
