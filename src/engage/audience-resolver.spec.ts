import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import { AudienceStore, TooManyAudiencesError } from '../audiences/audience-store.js';
import type { AudienceIdentity } from '../audiences/audience.js';
import type { Database } from '../database/database.js';
import { SegmentStore } from '../segments/segment-store.js';
import { AudienceResolver, type SegmentedDestination } from './audience-resolver.js';

const ignore = (_error: unknown): void => {};

describe('resolving the audiences of events', () => {
  let testDb: TestDatabase;
  let database: Database;
  let destination: string;
  let owner: SegmentedDestination;

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
    const options = {
      products: [destination],
      autoCreateSegments: true,
      overlaySegments: false,
    };
    owner = { id: destination, options };
  });

  const replica = ({ maxAudiences = 10_000, maxKnown = 10_000, onTooMany = ignore } = {}) =>
    new AudienceResolver(database, new AudienceStore({ maxAudiences }), new SegmentStore(), {
      maxKnown,
      onTooMany,
    });
  const identity = (number: number, over: Partial<AudienceIdentity> = {}): AudienceIdentity => ({
    destination,
    computationId: `aud_${number}`,
    contextKind: 'user',
    key: `key_${number}`,
    attribute: 'Identifier',
    ...over,
  });
  const many = (count: number) => Array.from({ length: count }, (_, n) => identity(n));
  const segments = async () => {
    const rows = await database.query<{ name: string }>(
      'select name from segment where product = $1 order by created_at, id',
      [destination],
    );
    return rows.map((row) => row.name);
  };
  const revision = async () => {
    const [row] = await database.query<{ revision: string }>('select revision from instance');
    return Number(row?.revision);
  };

  it('makes an unknown one with its segment, and tells the replicas', async () => {
    const before = await revision();
    const resolver = replica();
    const [id] = await resolver.resolve([identity(1)], owner);
    expect(await segments()).toEqual(['Key 1']);
    expect(await revision()).toBe(before + 1);
    expect(await resolver.resolve([identity(1), identity(1)], owner)).toEqual([id, id]);
    expect(await revision()).toBe(before + 1);
  });

  it('makes no segment where the destination is not to', async () => {
    await replica().resolve([identity(1)], {
      id: destination,
      options: { ...owner.options, autoCreateSegments: false },
    });
    expect(await segments()).toEqual([]);
  });

  it('makes one audience and one segment when two replicas meet it at once', async () => {
    const replicas = [replica(), replica(), replica(), replica()];
    const ids = await Promise.all(replicas.map((one) => one.resolve(many(3), owner)));
    expect(new Set(ids.map(String)).size).toBe(1);
    expect((await segments()).toSorted()).toEqual(['Key 0', 'Key 1', 'Key 2']);
  });

  it('makes hundreds of one request, in its order, though it may forget them meanwhile', async () => {
    const resolver = replica({ maxKnown: 50 });
    const first = await resolver.resolve(many(250), owner);
    expect(first.every((id) => id !== undefined)).toBe(true);
    const both = [...many(260), ...many(250)];
    expect(await resolver.resolve(both, owner)).toEqual([
      ...first,
      ...(await resolver.resolve(many(260), owner)).slice(250),
      ...first,
    ]);
  });

  it('answers nothing past the bound on audiences, says so, and answers those there are', async () => {
    const [id] = await replica().resolve([identity(1)], owner);
    const onTooMany = vi.fn<(error: unknown) => void>();
    const full = replica({ maxAudiences: 1, onTooMany });
    expect(await full.resolve([identity(2), identity(1)], owner)).toEqual([undefined, id]);
    expect(onTooMany).toHaveBeenCalledExactlyOnceWith(expect.any(TooManyAudiencesError));
  });

  it('keeps nothing that was rolled back', async () => {
    const store = new SegmentStore();
    const resolver = new AudienceResolver(
      database,
      new AudienceStore({ maxAudiences: 10_000 }),
      store,
    );
    store.reserveNames(() => {
      throw new Error('no names today');
    });
    await expect(resolver.resolve([identity(1)], owner)).rejects.toThrow('no names today');
    store.reserveNames(() => new Set());
    const [id] = await resolver.resolve([identity(1)], owner);
    expect(await database.query('select from audience where id = $1', [id])).toHaveLength(1);
  });
});
