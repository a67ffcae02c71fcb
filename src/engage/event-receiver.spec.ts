import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deletion, group, identify, track } from '../../test/support/builders.js';
import { destination } from '../../test/support/destinations.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { Rows } from '../../test/support/rows.js';
import { testDatabase } from '../../test/support/template.js';
import { AudienceActivity } from '../audiences/audience-activity.js';
import { AudienceStore } from '../audiences/audience-store.js';
import { MemberEraser } from '../audiences/member-eraser.js';
import { MembershipStore } from '../audiences/membership-store.js';
import type { Database } from '../database/database.js';
import type { DestinationOptions } from '../options/destination.options.js';
import { SegmentStore } from '../segments/segment-store.js';
import { AudienceResolver } from './audience-resolver.js';
import type { Counts } from './counts.js';
import { EventReceiver } from './event-receiver.js';
import { FlushQueue } from './flush-queue.js';
import { RejectedEvents } from './rejected-events.js';

describe('receiving events', () => {
  let testDb: TestDatabase;
  let database: Database;
  let rows: Rows;
  let id: string;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    rows = await new Rows(testDb.url).connect();
    await database.connect();
  });
  afterAll(async () => {
    await Promise.all([database.close(), rows.end()]);
    await testDb.drop();
  });
  beforeEach(() => {
    id = randomUUID();
  });

  /** The rooms of one process. */
  const replica = (maxAudiences = 10_000, destinationIds: readonly string[] = [id]) =>
    new EventReceiver({
      resolver: new AudienceResolver(
        database,
        new AudienceStore({ maxAudiences }),
        new SegmentStore(),
      ),
      queue: new FlushQueue(new MembershipStore(database), {
        flush: { rows: 100, bytes: 1e6, delay: 1 },
        queue: { rows: 10_000, bytes: 1e7 },
      }),
      eraser: new MemberEraser(database),
      rejectedEvents: new RejectedEvents(database, { rejectedFor: 1e9, rejectedMax: 1e6 }),
      activity: new AudienceActivity(database, () => {}),
      destinationIds,
    });
  const receive = (
    events: readonly unknown[],
    {
      receiver = replica(),
      to = id,
      over = {},
    }: { receiver?: EventReceiver; to?: string; over?: Partial<DestinationOptions> } = {},
  ): Promise<Counts> =>
    receiver.receive({
      destination: destination(to, over),
      read: () => ({ events, lossy: false }),
      arrival: Date.UTC(2024, 5, 1),
    });

  it('counts each event once, whatever became of it', async () => {
    const counts = await receive([
      identify({ userId: 'ada' }),
      track({ userId: 'ada' }),
      identify({ userId: 'bob', isMember: false }),
      identify({ userId: 'cy', isMember: 'perhaps' }),
      { type: 'page' },
      'odd',
      deletion('dan'),
    ]);
    expect(counts).toEqual({
      received: 7,
      added: 1,
      removed: 0,
      unchanged: 2,
      stale: 0,
      skipped: 1,
      rejected: 2,
      erased: 1,
    });
    expect(await rows.rejected(id)).toMatchObject([
      { reason: 'indeterminate_membership' },
      { reason: 'malformed', payload: 'odd' },
    ]);
  });

  it('makes one of everything when two replicas get the same batch at once', async () => {
    const batch = Array.from({ length: 50 }, (_, n) => identify({ userId: `user_${n}` }));
    const both = await Promise.all([receive(batch), receive(batch.toReversed())]);
    expect(both.reduce((sum, counts) => sum + counts.added, 0)).toBe(50);
    expect(both.reduce((sum, counts) => sum + counts.unchanged, 0)).toBe(50);
    expect(await rows.audiences(id)).toHaveLength(1);
    expect(await rows.segments(id)).toHaveLength(1);
    expect(await rows.changes(id)).toHaveLength(50);
  });

  it('lets no older event of the same request bring an erased member back', async () => {
    const at = '2024-05-03T19:42:50.066Z';
    const counts = await receive([
      identify({ userId: 'ada', at }),
      deletion('ada', '2024-05-04T00:00:00Z'),
      identify({ userId: 'bob', at }),
    ]);
    expect(counts).toMatchObject({ erased: 1, stale: 1, added: 1 });
    expect(await rows.memberships(id)).toEqual([['bob', true]]);
  });

  it('erases in all destinations where that is wanted', async () => {
    const other = randomUUID();
    await receive([identify({ userId: 'ada' })], { to: other });
    await receive([deletion('ada')]);
    expect(await rows.memberships(other)).toEqual([['ada', true]]);
    await receive([deletion('ada')], {
      receiver: replica(10_000, [id, other]),
      over: { deletes: 'all' },
    });
    expect(await rows.memberships(other)).toEqual([]);
  });

  it('keeps what would make one audience too many, and stores the rest', async () => {
    const known = await receive([identify({ userId: 'ada' })]);
    expect(known.added).toBe(1);
    const counts = await receive(
      [identify({ userId: 'bob', key: 'another' }), identify({ userId: 'bob' })],
      { receiver: replica(1) },
    );
    expect(counts).toMatchObject({ received: 2, added: 1, rejected: 1 });
    expect(await rows.rejected(id)).toMatchObject([
      { reason: 'too_many_audiences', payload: { userId: 'bob' } },
    ]);
  });

  it('makes an audience anew that was deleted after it had been looked up', async () => {
    const receiver = replica();
    await receive([identify({ userId: 'ada' })], { receiver });
    await rows.query('delete from segment where product = $1', [id]);
    await rows.query('delete from audience where destination = $1', [id]);
    const counts = await receive([identify({ userId: 'ada' }), identify({ userId: 'bob' })], {
      receiver,
    });
    expect(counts).toMatchObject({ received: 2, added: 2, stale: 0 });
    expect(await rows.audiences(id)).toHaveLength(1);
    expect(await rows.segments(id)).toHaveLength(1);
    expect(await rows.memberships(id)).toEqual([
      ['ada', true],
      ['bob', true],
    ]);
  });

  it('keeps the accounts of a computation apart from its users', async () => {
    await receive([group({ groupId: 'acct' }), identify({ userId: 'ada' })], {
      over: { groupEvents: 'account' },
    });
    const kinds = await rows.audiences(id);
    expect(kinds.map((audience) => [audience.context_kind, audience.attribute])).toEqual(
      expect.arrayContaining([
        ['account', 'account'],
        ['user', 'Identifier'],
      ]),
    );
  });
});
