import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { AudienceActivity } from './audience-activity.js';

describe('the time of the last event', () => {
  let testDb: TestDatabase;
  let database: Database;
  const errors: unknown[] = [];

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  const makeActivity = () => new AudienceActivity(database, (error) => errors.push(error));
  const lastEvent = async (id: number) => {
    const [row] = await database.query<{ last_event_at: Date | null }>(
      'select last_event_at from audience where id = $1',
      [id],
    );
    return row?.last_event_at?.getTime();
  };

  it('is written at the latest when the service stops', async () => {
    const id = await insertAudience(database);
    const activity = makeActivity();
    activity.start();
    activity.saw(new Set([id]), 1_700_000_000_123);
    await activity.stop();
    expect(await lastEvent(id)).toBe(1_700_000_000_123);
  });

  it('never goes back, whichever replica writes last', async () => {
    const id = await insertAudience(database);
    for (const at of [2_000, 1_000]) {
      const activity = makeActivity();
      activity.saw(new Set([id]), at);
      await activity.stop();
    }
    expect(await lastEvent(id)).toBe(2_000);
  });

  it('is written by two replicas at once, also for the same audiences', async () => {
    const ids = await Promise.all(Array.from({ length: 200 }, () => insertAudience(database)));
    const replicas = [makeActivity(), makeActivity(), makeActivity(), makeActivity()];
    for (const [n, activity] of replicas.entries()) {
      activity.saw(new Set(n % 2 === 0 ? ids : ids.toReversed()), 3_000 + n);
    }
    replicas.forEach((activity) => activity.start());
    await eventually(async () => {
      const times = await Promise.all(ids.slice(0, 5).map((id) => lastEvent(id)));
      expect(new Set(times)).toEqual(new Set([3_003]));
    });
    await Promise.all(replicas.map((activity) => activity.stop()));
    expect(errors).toEqual([]);
  });

  it('is kept for the next round when PostgreSQL is away', async () => {
    const id = await insertAudience(database);
    const away = testDatabase(testDb.url);
    const activity = new AudienceActivity(away, (error) => errors.push(error));
    activity.saw(new Set([id]), 4_000);
    activity.start();
    await eventually(() => expect(errors).toHaveLength(1));
    await away.connect();
    await activity.stop();
    expect(await lastEvent(id)).toBe(4_000);
    await away.close();
  });
});
