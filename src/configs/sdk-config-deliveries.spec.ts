import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
import type { ChosenDeliveries, Deliveries } from './chosen-deliveries.js';
import type { ConfigSource, SourceConfig } from './config-source.js';
import { ListDelivery } from './list-delivery.js';
import { NoSource } from './no-source.js';
import { SdkConfig } from './sdk-config.js';

/** A source that gives what a test says. */
class ManualSource extends NoSource implements ConfigSource {
  give: (config: SourceConfig) => void = () => {};

  override start(onConfig: (config: SourceConfig) => void): void {
    this.give = onConfig;
  }
}

/** Choices that a test makes known, and lets be stored or not. */
class TestDeliveries implements ChosenDeliveries {
  readonly position = 0;
  last: Deliveries | undefined;
  isAway = false;
  stored = 0;

  store(choices: Deliveries): Promise<Deliveries> {
    if (this.isAway) return Promise.reject(new Error('PostgreSQL is away'));
    this.stored += 1;
    this.last = new Map([...(this.last ?? []), ...choices]);
    return Promise.resolve(choices);
  }
}

describe('the config of an SDK id whose replicas choose together', () => {
  let testDb: TestDatabase;
  let database: Database;
  let feed: Feed;
  let source: ManualSource;
  let choices: TestDeliveries;
  let sdk: SdkConfig;
  let errors: unknown[];

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
    errors = [];
    feed = quietFeed(database);
    source = new ManualSource();
    choices = new TestDeliveries();
    const segments = { delivery: 'auto', inlineLimit: 2, inlineTotal: 10 } as const;
    const membershipAttribute = 'audiences';
    sdk = new SdkConfig(
      {
        id: 'default',
        product: 'default',
        audienceFlags: true,
        publicUrl: 'https://sync.example.com',
        membershipAttribute,
      },
      {
        source,
        delivery: new ListDelivery(
          { lists: new MemberLists(database, feed), count: (id) => feed.index?.count(id) ?? 0 },
          { ...segments, membershipAttribute },
          () => {},
          choices,
        ),
        index: () => feed.index,
        sees: () => true,
        onError: (error) => errors.push(error),
      },
    );
    sdk.start();
    const audienceId = await insertAudience(database);
    await new MembershipStore(database).write(
      ['a', 'b', 'c'].map((memberKey) => ({ audienceId, memberKey, isMember: true, eventAt: 1 })),
    );
    await startFeed(feed);
    sdk.define({
      audiences: byId(audience(audienceId, { slug: 'vip' })),
      segments: [segment(audienceId, { name: 'VIP' })],
      salt: 'ours',
    });
  });
  afterEach(async () => {
    await Promise.all([sdk.stop(), feed.stop()]);
  });

  const served = (): string => sdk.served?.body.toString() ?? '';

  it('is not served before it is known what was chosen', async () => {
    source.give({ base: undefined });
    await sdk.refresh();
    expect(sdk.served).toBeUndefined();
    choices.last = new Map();
    sdk.deliveriesChosen();
    await eventually(() => expect(served()).toContain('"l":["vip"]'));
    expect(choices.stored).toBe(1);
  });

  it('goes on with its base while a choice can not be stored, and stores it later', async () => {
    choices.last = new Map();
    choices.isAway = true;
    source.give({ base: undefined });
    await eventually(() => expect(served()).toContain('"l":["vip"]'));
    source.give({ base: baseConfig() });
    await eventually(() => expect(served()).toContain('base_flag'));
    expect(errors.length).toBeGreaterThan(0);
    choices.isAway = false;
    await eventually(() => expect(choices.stored).toBe(1));
    expect(served()).toContain('"l":["vip"]');
  });
});
