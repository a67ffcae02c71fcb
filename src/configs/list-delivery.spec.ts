import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { audience, byId, segment } from '../../test/support/definitions.js';
import { quietFeed } from '../../test/support/feed.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import { MemberLists } from '../audiences/member-lists.js';
import { MembershipStore } from '../audiences/membership-store.js';
import type { Database } from '../database/database.js';
import { compose } from './composition.js';
import { ListDelivery } from './list-delivery.js';

describe('the delivery of an audience to SDKs that evaluate alone', () => {
  let testDb: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  it('warns once from 80 % of the limit, and when it changes', async () => {
    const composition = compose({
      base: undefined,
      segments: [segment(1, { name: 'VIP' })],
      audiences: byId(audience(1)),
      audienceFlags: true,
      salt: 'salt',
      publicUrl: undefined,
    });
    const warnings: string[] = [];
    let members = 0;
    const delivery = new ListDelivery(
      { lists: new MemberLists(database, quietFeed(database)), count: () => members },
      { delivery: 'auto', inlineLimit: 100, inlineTotal: 200, membershipAttribute: 'audiences' },
      (message) => void warnings.push(message),
    );
    const at = async (count: number): Promise<number | undefined> => {
      members = count;
      const [completed] = await delivery.complete(composition);
      return completed?.r?.[0]?.c;
    };

    expect(await at(80)).toBe(16);
    expect(warnings).toEqual([]);
    expect(delivery.warnings).toEqual([]);
    expect(await at(81)).toBe(16);
    await at(90);
    expect(warnings).toEqual([
      expect.stringContaining("Segment 'VIP' has 81 members; above 100 it is no list any more"),
    ]);
    expect(delivery.warnings).toEqual([expect.stringContaining('has 90 members')]);
    expect(await at(101)).toBe(34);
    expect(delivery.warnings).toEqual([expect.stringContaining('(101 members) is no list: SDKs')]);
    expect(warnings.at(-1)).toContain("Segment 'VIP' (101 members) is no list any more");
    expect(warnings.at(-1)).toContain("attribute 'audiences'");
    expect(await at(81)).toBe(34);
    expect(warnings).toHaveLength(2);
    expect(await at(79)).toBe(16);
    expect(warnings.at(-1)).toContain('is delivered as a list again');
    expect(warnings).toHaveLength(3);
    expect(delivery.warnings).toEqual([]);
  });

  it('chooses again when members arrived while the list was read', async () => {
    const audienceId = await insertAudience(database);
    const keys = Array.from({ length: 101 }, (_, n) => `user_${n}`);
    await new MembershipStore(database).write(
      keys.map((memberKey) => ({ audienceId, memberKey, isMember: true, eventAt: 1 })),
    );
    const composition = compose({
      base: undefined,
      segments: [{ ...segment(1, { name: 'VIP' }), audienceId }],
      audiences: new Map([[audienceId, { ...audience(1), id: audienceId }]]),
      audienceFlags: true,
      salt: 'salt',
      publicUrl: undefined,
    });
    const delivery = new ListDelivery(
      // As the index has it, which has not read the feed yet.
      { lists: new MemberLists(database, quietFeed(database)), count: () => 1 },
      { delivery: 'auto', inlineLimit: 100, inlineTotal: 200, membershipAttribute: 'audiences' },
    );
    const [completed] = await delivery.complete(composition);
    expect(completed?.r?.[0]?.c).toBe(34);
  });
});
