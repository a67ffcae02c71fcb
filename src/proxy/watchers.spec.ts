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

  beforeEach(() => {
    index = new MembershipIndex();
    changes = 0;
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
    watchers = new Watchers(configs, (id) => audiences.get(id)?.attribute);
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
  function change(audienceId: number, key: string, isMember: boolean): void {
    index.set(audienceId, key, isMember);
    changes += 1;
    watchers.membersChanged([
      { id: changes, audienceId, memberKeys: [key], isMembers: [isMember] },
    ]);
  }
  function watch(flagKey: string | undefined, user: Record<string, unknown> | undefined) {
    const send = vi.fn<(json: string) => void>();
    const end = watchers.add({ sdk, flagKey, user, send });
    const values = () => send.mock.calls.map(([json]) => /"value":(\w+)/.exec(json)?.[1]);
    return { send, end, values };
  }

  it('are told the current value at once, and each change of their user', () => {
    const ada = watch('audience_vip', { Identifier: 'ada' });
    change(1, 'ada', true);
    change(1, 'ada', false);
    expect(ada.values()).toEqual(['false', 'true', 'false']);
  });

  it('hear nothing of other users, of other flags, and of what changes nothing for them', () => {
    const ada = watch('audience_vip', { Identifier: 'ada', Email: 'ada@example.com' });
    change(1, 'bob', true);
    change(2, 'ada@example.com', true);
    change(1, 'ada', true);
    change(1, 'ada', true);
    expect(ada.values()).toEqual(['false', 'true']);
  });

  it('are found by whichever attribute an audience is matched on', () => {
    const all = watch(undefined, { Identifier: 'ada', Email: 'ada@example.com' });
    change(2, 'ada@example.com', true);
    change(2, 'ada', true);
    change(1, 'ada', true);
    expect(all.send).toHaveBeenCalledTimes(3);
    expect(all.send.mock.lastCall?.[0]).toMatch(/mail":\{"value":true.*vip":\{"value":true/);
  });

  it('may have no user, or one without the attribute', () => {
    const nobody = watch('audience_vip', undefined);
    const other = watch('audience_vip', { Email: 'x' });
    const empty = watch('audience_vip', { Identifier: '' });
    change(1, 'x', true);
    change(1, '', true);
    for (const { values } of [nobody, other, empty]) expect(values()).toEqual(['false']);
  });

  it('hear nothing more once they ended, and leave nothing behind', () => {
    const ada = watch('audience_vip', { Identifier: 'ada' });
    const twin = watch('audience_vip', { Identifier: 'ada' });
    ada.end();
    ada.end();
    change(1, 'ada', true);
    twin.end();
    expect(ada.values()).toEqual(['false']);
    expect(twin.values()).toEqual(['false', 'true']);
    expect(watchers.size).toBe(0);
  });

  it('keep their stream while their flag is gone, and hear when it is back', () => {
    const ada = watch('audience_vip', { Identifier: 'ada' });
    define(BY_EMAIL);
    change(1, 'ada', true);
    expect(ada.values()).toEqual(['false']);
    define(VIP, BY_EMAIL);
    expect(ada.values()).toEqual(['false', 'true']);
  });

  it('are found by a new attribute when their audience is matched on another', () => {
    const ada = watch('audience_vip', { Identifier: 'ada', Email: 'ada@example.com' });
    define({ ...VIP, attribute: 'Email' });
    change(1, 'ada', true);
    expect(ada.values()).toEqual(['false']);
    change(1, 'ada@example.com', true);
    expect(ada.values()).toEqual(['false', 'true']);
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
