import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { audience, baseConfig, byId, segment } from '../../test/support/definitions.js';
import { eventually } from '../../test/support/eventually.js';
import { quietFeed, startFeed } from '../../test/support/feed.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Feed } from '../audiences/feed.js';
import { MemberLists } from '../audiences/member-lists.js';
import { MembershipStore } from '../audiences/membership-store.js';
import type { Database } from '../database/database.js';
import { hashText } from '../evaluation/hash.js';
import type { ConfigSource, SourceConfig } from './config-source.js';
import { ListDelivery } from './list-delivery.js';
import { NoSource } from './no-source.js';
import { SdkConfig, type SdkConfigOptions } from './sdk-config.js';

/** A source that gives what a test says. */
class ManualSource implements ConfigSource {
  readonly firstLook = Promise.resolve();
  readonly status = new NoSource().status;
  readonly wanted = undefined;
  give: (config: SourceConfig) => void = () => {};

  start(onConfig: (config: SourceConfig) => void): void {
    this.give = onConfig;
  }

  offer(): void {}

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** The condition of an audience that is delivered as a list. */
const listOf = (...members: readonly string[]) => ({
  a: 'Identifier',
  c: 16,
  l: members.map((member) => hashText(member, 'ours', 'VIP')).toSorted(),
});

describe('the config of an SDK id', () => {
  let testDb: TestDatabase;
  let database: Database;
  let feed: Feed;
  let source: ManualSource;
  let sdk: SdkConfig;
  let errors: unknown[];
  let audienceId: number;
  let time = 1_700_000_000_000_000;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  beforeEach(async () => {
    audienceId = await insertAudience(database);
    errors = [];
    feed = quietFeed(database);
    source = new ManualSource();
    sdk = make();
    feed.listen({
      replaced: () => {},
      loaded: () => sdk.membersLoaded(),
      changed: (changes) => sdk.membersChanged(new Set(changes.map((change) => change.audienceId))),
    });
  });
  afterEach(async () => {
    await Promise.all([sdk.stop(), feed.stop()]);
  });

  /** One that has asked its source already. */
  const make = (over: Partial<SdkConfigOptions> = {}): SdkConfig => {
    const lists = new MemberLists(database, feed);
    const made = new SdkConfig(
      {
        id: 'default',
        product: 'default',
        audienceFlags: true,
        publicUrl: undefined,
        membershipAttribute: 'audiences',
        ...over,
      },
      {
        source,
        delivery: new ListDelivery(
          { lists, count: (id) => feed.index?.count(id) ?? 0 },
          { delivery: 'auto', inlineLimit: 2, inlineTotal: 10, membershipAttribute: 'audiences' },
        ),
        index: () => feed.index,
        sees: ({ destination }) => destination === 'dest',
        onError: (error) => errors.push(error),
      },
    );
    made.start();
    return made;
  };
  const write = (memberKey: string, isMember: boolean) =>
    new MembershipStore(database).write([
      { audienceId, memberKey, isMember, eventAt: (time += 1) },
    ]);
  const define = (over: Parameters<typeof audience>[1] = {}) =>
    sdk.define({
      audiences: byId(audience(audienceId, { slug: 'vip', ...over })),
      segments: [segment(audienceId, { name: 'VIP' })],
      salt: 'ours',
    });
  const condition = (): unknown => {
    const text = sdk.served?.body.toString() ?? '{}';
    const { s = [] }: { s?: Array<{ n: string; r: unknown[] }> } = JSON.parse(text);
    return s.find(({ n }) => n === 'VIP')?.r[0];
  };
  const evaluate = (Identifier: string) =>
    sdk.evaluable?.compiled.evaluate('audience_vip', { Identifier }).json;

  it('is nothing until its source, the definitions and the memberships were read', async () => {
    define();
    expect(sdk.evaluable).toBeUndefined();
    source.give({ base: undefined });
    // Who is a member is not known yet, so nothing may be guessed.
    expect(sdk.evaluable).toBeUndefined();
    expect(sdk.served).toBeUndefined();
    await startFeed(feed);
    expect(evaluate('ada')).toContain('"value":false');
    await eventually(() => expect(condition()).toEqual(listOf()));
  });

  it('evaluates a base that asks for no memberships without them', () => {
    source.give({ base: baseConfig() });
    sdk.define({ audiences: new Map(), segments: [], salt: 'ours' });
    expect(sdk.evaluable?.needsMemberships).toBe(false);
    expect(sdk.evaluable?.compiled.keys).toEqual(['base_flag']);
  });

  it('follows the members: at once where it evaluates, soon in what it serves', async () => {
    source.give({ base: undefined });
    define();
    await startFeed(feed);
    await eventually(() => expect(condition()).toEqual(listOf()));
    const before = sdk.served?.etag;
    await write('ada', true);
    await eventually(() => expect(evaluate('ada')).toContain('"value":true'));
    await eventually(() => expect(condition()).toEqual(listOf('ada')));
    expect(sdk.served?.etag).not.toBe(before);
    await write('ada', false);
    await eventually(() => expect(condition()).toEqual(listOf()));
    expect(sdk.served?.etag).toBe(before);
  });

  it('goes by attribute above the limit, and comes back as a list', async () => {
    source.give({ base: undefined });
    define();
    await startFeed(feed);
    for (const member of ['a', 'b', 'c']) await write(member, true);
    const byAttribute = { a: 'audiences', c: 34, l: ['vip'] };
    await eventually(() => expect(condition()).toEqual(byAttribute));
    await write('c', false);
    await write('b', false);
    await eventually(() => expect(condition()).toEqual(listOf('a')));
  });

  it('has nobody in an archived audience, wherever it is asked', async () => {
    await write('ada', true);
    source.give({ base: undefined });
    define();
    await startFeed(feed);
    await eventually(() => expect(condition()).toEqual(listOf('ada')));
    define({ status: 'archived' });
    expect(evaluate('ada')).toContain('"value":false');
    await eventually(() => expect(condition()).toEqual(listOf()));
  });

  it('serves the bytes and the tag of its base while nothing of ours is in it', async () => {
    const base = baseConfig({}, '"upstream"');
    source.give({ base });
    sdk.define({ audiences: new Map(), segments: [], salt: 'ours' });
    await eventually(() => expect(sdk.served?.etag).toBe('"upstream"'));
    expect(sdk.served?.body.toString()).toBe(base.json);
    define();
    await startFeed(feed);
    await eventually(() => expect(sdk.served?.etag).toMatch(/^W\/"[0-9a-f]{16}"$/));
  });

  it('shows nothing of destinations that its product does not see', async () => {
    source.give({ base: undefined });
    define({ destination: 'another' });
    await startFeed(feed);
    expect(sdk.evaluable?.compiled.keys).toEqual([]);
  });

  it('keeps what it served while a list cannot be read, and reads it again', async () => {
    source.give({ base: undefined });
    sdk.define({ audiences: new Map(), segments: [], salt: 'ours' });
    await startFeed(feed);
    await eventually(() => expect(sdk.served).toBeDefined());
    const before = sdk.served;
    await write('ada', true);
    await eventually(() => expect(feed.index?.has(audienceId, 'ada')).toBe(true));
    await database.query('alter table membership rename to elsewhere');
    define();
    await eventually(() => expect(errors.length).toBeGreaterThan(0));
    expect(sdk.served).toBe(before);
    await database.query('alter table elsewhere rename to membership');
    await eventually(() => expect(condition()).toEqual(listOf('ada')));
  });

  it('tells its listeners of each replacement of what evaluates', () => {
    const replaced = vi.fn<() => void>();
    sdk.onReplace(replaced);
    source.give({ base: undefined });
    expect(replaced).not.toHaveBeenCalled();
    define();
    expect(replaced).toHaveBeenCalledTimes(1);
    define({ name: 'Another' });
    expect(replaced).toHaveBeenCalledTimes(2);
  });

  it('is not composed anew by a revision that changes nothing it shows', () => {
    const replaced = vi.fn<() => void>();
    source.give({ base: undefined });
    define();
    sdk.onReplace(replaced);
    define();
    define();
    expect(replaced).not.toHaveBeenCalled();
  });

  it('without segments is served before the definitions are known, byte for byte', async () => {
    const alone = make({ audienceFlags: false });
    const flags = { f: baseConfig().config.f, s: [] };
    const base = baseConfig({ ...flags, f: { on: { t: 0, v: { b: true }, i: 'on' } } }, '"tag"');
    source.give({ base });
    await eventually(() => expect(alone.served?.etag).toBe('"tag"'));
    expect(alone.served?.body.toString()).toBe(base.json);
    expect(alone.evaluable?.compiled.evaluate('on', undefined).json).toContain('"value":true');
    await alone.stop();
  });

  it.each([
    ['has segments, where an audience may come to stand', {}, {}],
    ['gets audience flags', { s: [], f: {} }, { audienceFlags: true }],
    [
      'reads the membership attribute',
      {
        s: [],
        f: {
          vip: {
            t: 0,
            v: { b: false },
            r: [{ c: [{ u: { a: 'audiences', c: 34, l: ['vip'] } }], s: { v: { b: true } } }],
          },
        },
      },
      {},
    ],
  ])('that %s waits for the definitions', (_name, over, options) => {
    const waiting = make({ audienceFlags: false, ...options });
    source.give({ base: baseConfig(over) });
    expect(waiting.evaluable).toBeUndefined();
    expect(waiting.served).toBeUndefined();
  });

  it('builds nothing after its end', async () => {
    source.give({ base: undefined });
    sdk.define({ audiences: new Map(), segments: [], salt: 'ours' });
    await Promise.all([sdk.stop(), sdk.stop()]);
    expect(sdk.served).toBeUndefined();
  });
});
