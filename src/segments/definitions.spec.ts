import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import { AudienceStore } from '../audiences/audience-store.js';
import type { Database } from '../database/database.js';
import { DefinitionStore, type Definitions } from './definitions.js';
import { SegmentStore } from './segment-store.js';

describe('the definitions in memory', () => {
  let testDb: TestDatabase;
  let database: Database;
  const segments = new SegmentStore();

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  const make = () =>
    new DefinitionStore(database, new AudienceStore({ maxAudiences: 1_000 }), segments);

  it('hold the bound audiences, their segments and the salt, and tell the listeners', async () => {
    const id = await insertAudience(database, { key: 'vip' });
    await database.transaction(async (manager) => {
      await segments.createForAudiences(manager, {
        audiences: [{ id, name: 'VIP' }],
        destination: 'dest',
        products: ['default'],
        overlay: false,
      });
      await manager.query(
        `insert into audience (id, destination, name, context_kind, attribute)
         values (7, 'dest', 'not bound', 'user', 'Identifier')`,
      );
    });
    const definitions = make();
    const seen: Definitions[] = [];
    definitions.onChange((current) => seen.push(current));
    expect(definitions.current).toBeUndefined();
    await definitions.reload();
    expect(seen).toEqual([definitions.current]);
    expect([...(definitions.current?.audiences.keys() ?? [])]).toEqual([id]);
    expect(definitions.current?.segments).toMatchObject([{ name: 'VIP', audienceId: id }]);
    expect(definitions.current?.salt).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are those of the last reload when two come at once, however slow the first is', async () => {
    const definitions = make();
    let reloads: Promise<unknown> = Promise.resolve();
    let id = 0;
    await database.transaction(async (manager) => {
      await manager.query('lock table segment in access exclusive mode');
      const first = definitions.reload();
      await waitingForLocks(database, 1);
      // The snapshot of the first has no part of it.
      id = await insertAudience(database);
      reloads = Promise.all([first, definitions.reload()]);
    });
    await reloads;
    expect(definitions.current?.audiences.has(id)).toBe(true);
  });

  it('stay when a reload fails, and the next one is not held up', async () => {
    const definitions = make();
    await definitions.reload();
    const before = definitions.current;
    await database.query('alter table segment rename to elsewhere');
    await expect(definitions.reload()).rejects.toThrow('segment');
    expect(definitions.current).toBe(before);
    await database.query('alter table elsewhere rename to segment');
    await definitions.reload();
    expect(definitions.current).not.toBe(before);
  });
});
