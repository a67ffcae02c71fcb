import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import { MemberEraser } from '../audiences/member-eraser.js';
import type { Database } from '../database/database.js';
import { RejectedEvents, type RejectedBatch } from './rejected-events.js';

const HOUR = 3_600_000;

describe('rejected events', () => {
  let testDb: TestDatabase;
  let database: Database;
  let destination: string;

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
    destination = randomUUID();
    await database.query('delete from rejected_event');
  });

  const make = (rejectedMax = 1_000) =>
    new RejectedEvents(database, { rejectedFor: HOUR, rejectedMax });
  const batch = (events: readonly unknown[], over: Partial<RejectedBatch> = {}): RejectedBatch => ({
    destination,
    contextKey: 'user_id_only',
    receivedAt: Date.now(),
    rejections: events.map((event) => ({ event, reason: 'malformed', detail: 'why' })),
    ...over,
  });
  const payloads = async () => {
    const rows = await database.query<{ payload: unknown }>(
      'select payload from rejected_event order by id',
    );
    return rows.map((row) => row.payload);
  };

  it('are kept as they came, with reason and time', async () => {
    const events = [{ userId: 'a\0\uD800' }, ['odd'], 'text', null, 1, { __proto__: null, a: '€' }];
    const receivedAt = Date.UTC(2024, 4, 3);
    await make().keep(batch(events, { receivedAt }));
    expect(await payloads()).toEqual(events.map((event) => JSON.parse(JSON.stringify(event))));
    const [row] = await database.query(
      'select destination, reason, detail, received_at from rejected_event limit 1',
    );
    expect(row).toEqual({
      destination,
      reason: 'malformed',
      detail: 'why',
      received_at: new Date(receivedAt),
    });
  });

  it('cost nothing when there are none', async () => {
    await make().keep(batch([]));
    expect(await payloads()).toEqual([]);
  });

  it('go when they are old', async () => {
    await make().keep(batch(['old'], { receivedAt: Date.now() - HOUR - 1_000 }));
    await make().keep(batch(['young'], { receivedAt: Date.now() - HOUR + 60_000 }));
    expect(await make().purge()).toEqual({ old: 1, surplus: 0 });
    expect(await payloads()).toEqual(['young']);
  });

  it('go when they are too many, the oldest first', async () => {
    await make().keep(batch(['first', 'second', 'third']));
    expect(await make(3).purge()).toEqual({ old: 0, surplus: 0 });
    expect(await make(2).purge()).toEqual({ old: 0, surplus: 1 });
    expect(await payloads()).toEqual(['second', 'third']);
    expect(await make(0).purge()).toEqual({ old: 0, surplus: 2 });
  });

  it('go with the member they name, in its destination alone', async () => {
    await make().keep(batch([{ userId: 'ada' }, { userId: 'bob' }]));
    await make().keep(batch([{ userId: 'ada' }], { destination: randomUUID() }));
    await new MemberEraser(database).erase([destination], [{ memberKey: 'ada', erasedAt: 1 }]);
    expect(await payloads()).toEqual([{ userId: 'bob' }, { userId: 'ada' }]);
  });
});
