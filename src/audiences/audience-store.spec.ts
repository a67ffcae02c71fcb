import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { AudienceStore, TooManyAudiencesError, type BoundAudience } from './audience-store.js';
import type { AudienceIdentity } from './audience.js';

describe('the audiences of events', () => {
  let testDb: TestDatabase;
  let database: Database;
  let destination: string;
  const store = new AudienceStore({ maxAudiences: 1_000 });

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  beforeEach(() => {
    destination = randomUUID();
  });

  const identity = (over: Partial<AudienceIdentity> = {}): AudienceIdentity => ({
    destination,
    computationId: 'aud_1',
    contextKind: 'user',
    key: destination,
    attribute: 'Identifier',
    ...over,
  });
  const bindAll = (overs: Array<Partial<AudienceIdentity>>, audiences = store) =>
    database.transaction(async (manager) => {
      await audiences.lockCreation(manager);
      return audiences.bind(manager, overs.map(identity));
    });
  const bind = async (over: Partial<AudienceIdentity> = {}): Promise<BoundAudience> => {
    const [bound] = await bindAll([over]);
    if (bound === undefined) throw new Error('too many audiences');
    return bound;
  };
  const create = (name: string, audiences = store) =>
    database.transaction(async (manager) => {
      await audiences.lockCreation(manager);
      return audiences.create(manager, {
        destination,
        name,
        contextKind: 'user',
        attribute: 'Identifier',
      });
    });
  const read = async () => {
    const audiences = await database.transaction((manager) => store.readBound(manager));
    return audiences.filter((audience) => audience.destination === destination);
  };

  const exists = (text: string, owner = destination) =>
    database.transaction((manager) => store.exists(manager, owner, text));

  it('are made by their first event, named after their key', async () => {
    const first = await bind({ key: 'big_spenders', space: 'spa_1' });
    expect(first).toMatchObject({ name: 'Big spenders', isNew: true });
    expect(await bind({ key: 'big_spenders' })).toEqual({ ...first, isNew: false });
    expect(await read()).toMatchObject([{ key: 'big_spenders', slug: 'big_spenders' }]);
  });

  it('get slugs that no other has, also where a key looks like a numbered one', async () => {
    const key = `k${destination}`;
    await bind({ computationId: 'aud_1', key });
    await bind({ computationId: 'aud_2', key });
    await bind({ computationId: 'aud_3', key: `${key}_2` });
    await bind({ computationId: 'aud_4', key });
    await bind({ computationId: 'aud_5', key: `${key}_2` });
    const slugs = await read();
    expect(slugs.map((audience) => audience.slug)).toEqual([
      key,
      `${key}_2`,
      `${key}_2_2`,
      `${key}_3`,
      `${key}_2_3`,
    ]);
  });

  it('get slugs that no other of the same transaction has', async () => {
    const key = `k${destination}`;
    await bind({ computationId: 'aud_0', key: `${key}_2` });
    await bindAll(
      [key, `${key}_3`, key, key].map((same, n) => ({ computationId: `aud_${n + 1}`, key: same })),
    );
    const slugs = await read();
    expect(slugs.map((audience) => audience.slug).toSorted()).toEqual([
      key,
      `${key}_2`,
      `${key}_3`,
      `${key}_4`,
      `${key}_5`,
    ]);
  });

  it('are one where several of a transaction name it', async () => {
    const [vip, late] = [await create('VIP'), await create('Late')];
    const bound = await bindAll([
      { externalAudienceId: String(vip) },
      {},
      { externalAudienceId: String(late) },
      // Already that of another computation.
      { computationId: 'aud_2', externalAudienceId: String(vip) },
    ]);
    expect(bound.slice(0, 3)).toEqual([
      { id: vip, name: 'VIP', isNew: true },
      { id: vip, name: 'VIP', isNew: false },
      { id: vip, name: 'VIP', isNew: false },
    ]);
    expect(bound[3]).toMatchObject({ isNew: true });
    expect(bound[3]?.id).not.toBe(vip);
    expect(await bind({ computationId: 'aud_3', externalAudienceId: String(late) })).toMatchObject({
      isNew: true,
    });
    expect(await read()).toHaveLength(3);
  });

  it('take no pattern of a key for its meaning', async () => {
    await bind({ computationId: 'aud_1', key: '%_' });
    await bind({ computationId: 'aud_2', key: '%_' });
    const slugs = await read();
    expect(slugs.map((audience) => audience.slug)).toEqual(['%_', '%__2']);
  });

  it('are two for the accounts and the users of one computation', async () => {
    const users = await bind();
    const accounts = await bind({ contextKind: 'account', attribute: 'account' });
    expect(accounts).toMatchObject({ isNew: true });
    expect(accounts.id).not.toBe(users.id);
  });

  it('are one, however many replicas meet its first event at once', async () => {
    const bound = await Promise.all(Array.from({ length: 8 }, () => bind()));
    expect(new Set(bound.map(({ id }) => id)).size).toBe(1);
    expect(bound.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('take what createAudience answered, which keeps its name', async () => {
    const id = await create('VIP');
    expect(await create('VIP')).toBe(id);
    expect(await bind({ externalAudienceId: String(id) })).toEqual({
      id,
      name: 'VIP',
      isNew: true,
    });
    expect(await create('VIP')).not.toBe(id);
  });

  it('keep their own id where createAudience came late: the new one is an alias', async () => {
    const { id } = await bind();
    const late = await create('Late');
    expect(await bind({ externalAudienceId: String(late) })).toMatchObject({ id, isNew: false });
    expect(await create('Late')).not.toBe(late);
    expect(await exists(String(late))).toBe(true);
    expect(await exists(String(late), 'another')).toBe(false);
    expect(await exists('1')).toBe(false);
    expect(await exists('9'.repeat(30))).toBe(false);
    expect(await exists(`${late} or 1=1`)).toBe(false);
  });

  it.each(['12', 'aud_x', '1099511627777', '99999999999999999999'])(
    'ignore the id of another receiver: %s',
    async (externalAudienceId) => {
      expect(await bind({ externalAudienceId })).toMatchObject({ isNew: true });
    },
  );

  it('end at the bound, but those there are go on', async () => {
    await bind();
    const full = new AudienceStore({ maxAudiences: 1 });
    expect(await bindAll([{ computationId: 'aud_2' }, {}], full)).toEqual([
      undefined,
      expect.objectContaining({ isNew: false }),
    ]);
    await expect(create('one more', full)).rejects.toThrow(TooManyAudiencesError);
  });
});
