import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { SegmentStore } from './segment-store.js';

describe('segments made for audiences', () => {
  let testDb: TestDatabase;
  let database: Database;
  let product: string;
  let audienceId: number;
  let store: SegmentStore;

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
    product = randomUUID();
    audienceId = await insertAudience(database);
    store = new SegmentStore();
  });

  const create = async (
    name: string,
    { overlay = false, products = [product], of = insertAudience(database) } = {},
  ) => {
    audienceId = await of;
    await database.transaction((manager) =>
      store.createForAudiences(manager, {
        audiences: [{ id: audienceId, name }],
        destination: 'dest',
        products,
        overlay,
      }),
    );
  };
  const read = async (of = product) => {
    const segments = await database.transaction((manager) => store.readAll(manager));
    return segments.filter((segment) => segment.product === of);
  };
  const names = async () => (await read()).map((segment) => segment.name);

  it('stand in each product, with who made them', async () => {
    const other = randomUUID();
    await create('VIP', { products: [product, other] });
    const [segment] = await read();
    expect(segment).toMatchObject({ audienceId, name: 'VIP', delivery: 'auto', overlay: false });
    expect(await read(other)).toHaveLength(1);
    const noted = await database.query(
      'select version, changed_by from segment_change where segment_id = $1',
      [segment?.id],
    );
    expect(noted).toEqual([{ version: 1, changed_by: 'destination dest' }]);
  });

  it('get a number where a name is taken, the lowest that is free', async () => {
    await create('VIP');
    await create('VIP (3)');
    await create('VIP');
    await create('VIP');
    await create('VIP (3)');
    expect(await names()).toEqual(['VIP', 'VIP (3)', 'VIP (2)', 'VIP (4)', 'VIP (3) (2)']);
  });

  it('get numbers that differ where they are made together', async () => {
    await create('VIP (2)');
    const ids = [await insertAudience(database), await insertAudience(database)];
    const audiences = ids.map((id) => ({ id, name: 'VIP' }));
    await database.transaction((manager) =>
      store.createForAudiences(manager, {
        audiences,
        destination: 'dest',
        products: [product],
        overlay: false,
      }),
    );
    expect((await names()).toSorted()).toEqual(['VIP', 'VIP (2)', 'VIP (3)']);
  });

  it('are not made in products where one has waited for the audience', async () => {
    const other = randomUUID();
    const id = await insertAudience(database, { key: 'awaited' });
    const computationId = `aud_${id}`;
    await database.transaction(async (manager) => {
      const draft = {
        name: 'Awaited',
        description: '',
        definition: { audience: { destination: 'dest', computationId }, delivery: 'auto' as const },
        overlay: true,
      };
      await store.insert(manager, { product, draft, audienceId: undefined, by: 'ada' });
    });
    expect(await read()).toMatchObject([{ name: 'Awaited', audienceId: undefined }]);
    await database.transaction((manager) =>
      store.linkAudiences(manager, 'dest', [{ id, computationId }]),
    );
    await create('VIP', { products: [product, other], of: Promise.resolve(id) });
    expect(await read()).toMatchObject([{ name: 'Awaited', audienceId: id }]);
    expect(await read(other)).toMatchObject([{ name: 'VIP', audienceId: id }]);
  });

  it('hide no segment of a base config, unless they are to take its place', async () => {
    store.reserveNames(() => new Set(['VIP', 'VIP (2)']));
    await create('VIP');
    await create('VIP', { overlay: true });
    expect(await names()).toEqual(['VIP (3)', 'VIP']);
  });

  it('take the next name when somebody else takes theirs at the same moment', async () => {
    let creating: Promise<void> = Promise.resolve();
    await database.transaction(async (manager) => {
      await manager.query(
        `insert into segment (product, name, definition, audience_id, created_by, updated_by)
         values ($1, 'VIP', '{"audience":{"id":"1"},"delivery":"auto"}', $2, 'ada', 'ada')`,
        [product, audienceId],
      );
      creating = create('VIP');
      await waitingForLocks(database, 1);
    });
    await creating;
    expect(await names()).toEqual(['VIP', 'VIP (2)']);
  });
});
