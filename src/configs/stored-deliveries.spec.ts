import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import type { DeliveredAs } from './delivery.js';
import { StoredDeliveries, type StoredDeliveriesSettings } from './stored-deliveries.js';

const SETTINGS = { sdkIds: ['web', 'app'], inlineLimit: 10, inlineTotal: 20 };

describe('the deliveries that replicas share', () => {
  let testDb: TestDatabase;
  let database: Database;
  let segmentId: string;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    // As after a thousand changes.
    await database.query(`select setval('membership_change_number', 1000)`);
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  beforeEach(async () => {
    segmentId = await insertSegment();
  });

  async function insertSegment(): Promise<string> {
    const [row] = await database.query<{ id: string }>(
      `insert into segment (product, name, definition, created_by, updated_by)
       values ('default', $1, '{}', 'test', 'test') returning id`,
      [randomUUID()],
    );
    return row?.id ?? '';
  }

  /** Those of one replica. */
  const make = (over: Partial<StoredDeliveriesSettings> = {}): StoredDeliveries =>
    new StoredDeliveries(database, { ...SETTINGS, ...over }, () => 0);
  const choice = (as: DeliveredAs): Map<string, DeliveredAs> => new Map([[segmentId, as]]);
  const revision = async (): Promise<number> => {
    const [row] = await database.query<{ revision: string }>('select revision from instance');
    return Number(row?.revision);
  };

  it('are known once they were read', async () => {
    const deliveries = make();
    const web = deliveries.of('web');
    expect(web.last).toBeUndefined();
    await deliveries.read();
    expect(web.last?.get(segmentId)).toBeUndefined();
  });

  it('reach whoever reads after them, for their SDK id, and raise the revision', async () => {
    const before = await revision();
    const held = await make().of('web').store(choice('attribute'), 5);
    expect(held).toEqual(choice('attribute'));
    expect(await revision()).toBe(before + 1);
    const other = make();
    await other.read();
    expect(other.of('web').last?.get(segmentId)).toBe('attribute');
    expect(other.of('app').last?.get(segmentId)).toBeUndefined();
  });

  it('are known at once to who stores them', async () => {
    const deliveries = make();
    await deliveries.read();
    await deliveries.of('web').store(choice('attribute'), 5);
    expect(deliveries.of('web').last?.get(segmentId)).toBe('attribute');
    await deliveries.of('web').store(choice('list'), 6);
    expect(deliveries.of('web').last?.get(segmentId)).toBe('list');
  });

  it('are stored once by replicas that choose alike at the same moment', async () => {
    const before = await revision();
    const replicas = Array.from({ length: 6 }, () => make().of('web'));
    const held = await Promise.all(
      replicas.map((replica) => replica.store(choice('attribute'), 5)),
    );
    expect(held).toEqual(replicas.map(() => choice('attribute')));
    expect(await revision()).toBe(before + 1);
  });

  it('are not taken back by a replica whose index is behind, which learns of the later one', async () => {
    await make().of('web').store(choice('attribute'), 5);
    await make().of('web').store(choice('list'), 9);
    const before = await revision();
    const behind = make().of('web');
    expect(await behind.store(choice('attribute'), 8)).toEqual(choice('list'));
    expect(behind.last).toEqual(choice('list'));
    expect(await revision()).toBe(before);
    expect(await behind.store(choice('attribute'), 9)).toEqual(choice('attribute'));
  });

  it('at a position that a restored feed has not reached yield to the next change', async () => {
    await make().of('web').store(choice('attribute'), 1_000_000);
    const restored = make().of('web');
    expect(await restored.store(choice('list'), 1_000)).toEqual(choice('list'));
  });

  it('by other limits are other ones', async () => {
    await make().of('web').store(choice('attribute'), 5);
    const other = make({ inlineLimit: 11 });
    await other.read();
    expect(other.of('web').last?.get(segmentId)).toBeUndefined();
    expect(await other.of('web').store(choice('list'), 1)).toEqual(choice('list'));
    const same = make();
    await same.read();
    expect(same.of('web').last?.get(segmentId)).toBe('attribute');
  });

  it('are told to listeners at the first read, and then where another one chose', async () => {
    const deliveries = make();
    const told: string[] = [];
    deliveries.onChange((sdkId) => told.push(sdkId));
    await deliveries.read();
    expect(told.splice(0)).toEqual(['web', 'app']);
    await deliveries.read();
    await deliveries.of('web').store(choice('attribute'), 5);
    await deliveries.read();
    expect(told.splice(0)).toEqual([]);
    await make().of('app').store(choice('attribute'), 5);
    await deliveries.read();
    expect(told.splice(0)).toEqual(['app']);
    await make().of('app').store(choice('list'), 6);
    await deliveries.read();
    expect(told).toEqual(['app']);
  });

  it('go with their segment, and are not stored after it', async () => {
    await make().of('web').store(choice('attribute'), 5);
    await database.query('delete from segment where id = $1', [segmentId]);
    const deliveries = make();
    await deliveries.read();
    expect(deliveries.of('web').last?.get(segmentId)).toBeUndefined();
    const before = await revision();
    expect(await deliveries.of('web').store(choice('attribute'), 6)).toEqual(new Map());
    expect(await revision()).toBe(before);
  });

  it('do not wait for a segment that somebody deletes, nor hold him up', async () => {
    const kept = segmentId;
    const doomed = await insertSegment();
    const both = new Map([
      [kept, 'attribute' as const],
      [doomed, 'attribute' as const],
    ]);
    await database.transaction(async (manager) => {
      await manager.query('delete from segment where id = $1', [doomed]);
      expect(await make().of('web').store(both, 5)).toEqual(choice('attribute'));
    });
  });

  it('are given up after two seconds, where something holds them up', async () => {
    const replica = make().of('web');
    let storing: Promise<unknown> = Promise.resolve();
    await database.transaction(async (manager) => {
      await manager.query('select from instance for update');
      storing = replica.store(choice('attribute'), 5);
      await waitingForLocks(database, 1);
      await expect(storing).rejects.toThrow(/statement timeout|does not answer/);
    });
    expect(replica.last).toBeUndefined();
    expect(await replica.store(choice('attribute'), 5)).toEqual(choice('attribute'));
  });
});
