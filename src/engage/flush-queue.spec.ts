import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { holdNumbering, waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import { MembershipStore, type MembershipEvent } from '../audiences/membership-store.js';
import { DatabaseUnavailableError, type Database } from '../database/database.js';
import { DeadlineError, QueueFullError } from './engage.errors.js';
import { FlushQueue } from './flush-queue.js';

const AT = 1_700_000_000_000_000;
/** A delay that only other reasons to flush can beat. */
const NEVER = 3_600_000;

describe('the queue of flushes', () => {
  let testDb: TestDatabase;
  let database: Database;
  let audienceId: number;

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
    audienceId = await insertAudience(database);
  });

  const make = ({ rows = 1_000, bytes = 1e6, delay = NEVER, queue = 10_000, over = 1e6 } = {}) =>
    new FlushQueue(new MembershipStore(database), {
      flush: { rows, bytes, delay },
      queue: { rows: queue, bytes: over },
    });
  const event = (memberKey: string, over: Partial<MembershipEvent> = {}): MembershipEvent => ({
    audienceId,
    memberKey,
    isMember: true,
    eventAt: AT,
    ...over,
  });
  const many = (count: number, name = 'user') =>
    Array.from({ length: count }, (_, n) => event(`${name}_${n}`));
  /** The members of each flush, in the order of the feed. */
  const flushes = async () => {
    const rows = await database.query<{ member_keys: string[] }>(
      'select member_keys from membership_change where audience_id = $1 order by id',
      [audienceId],
    );
    return rows.map((row) => row.member_keys.toSorted());
  };
  /** Two flushes under way that do not end before `release`. */
  const occupy = async (queue: FlushQueue) => {
    const free = await holdNumbering(database);
    const first = queue.submit([event('first')]);
    await waitingForLocks(database, 1);
    const second = queue.submit(many(2, 'second'));
    return {
      second,
      release: async () => {
        await free();
        return Promise.all([first, second]);
      },
    };
  };

  it('counts its flushes, and what waits', async () => {
    const queue = make();
    const done = queue.submit([event('counted_1'), event('counted_2')]);
    expect(queue.queued).toMatchObject({ rows: 2 });
    await done;
    await queue.drain();
    expect(queue.queued).toEqual({ rows: 0, bytes: 0 });
    expect(queue.flushRows.sum).toBe(2);
    expect(queue.flushSeconds.counts.reduce((sum, count) => sum + count)).toBe(1);
  });

  it('lets a lone event not wait for others', async () => {
    expect(await make().submit([event('ada')])).toEqual(['added']);
  });

  it('resolves at once for a request without events', async () => {
    expect(await make().submit([])).toEqual([]);
  });

  it('gathers the events of many requests in one flush while others are under way', async () => {
    const queue = make({ delay: 0 });
    const { release } = await occupy(queue);
    await waitingForLocks(database, 2);
    const requests = ['ada', 'bob', 'cy'].map((key) => queue.submit([event(key)]));
    await release();
    expect(await Promise.all(requests)).toEqual([['added'], ['added'], ['added']]);
    expect(await flushes()).toContainEqual(['ada', 'bob', 'cy']);
  });

  it('flushes a second time beside the first when enough have gathered', async () => {
    const queue = make({ rows: 2 });
    const { release } = await occupy(queue);
    await waitingForLocks(database, 2);
    await release();
    expect(await flushes()).toHaveLength(2);
  });

  it('takes events in the order in which requests came, no flush larger than it may be', async () => {
    const queue = make({ rows: 3 });
    const { release } = await occupy(queue);
    const requests = [queue.submit(many(4, 'a')), queue.submit(many(2, 'b'))];
    await release();
    await Promise.all(requests);
    // Two flushes at a time: which of them commits first is open.
    expect(new Set(await flushes())).toEqual(
      new Set([['first'], ['a_0', 'second_0', 'second_1'], ['a_1', 'a_2', 'a_3'], ['b_0', 'b_1']]),
    );
  });

  it('counts bytes too, and takes an event that is larger than a flush alone', async () => {
    const queue = make({ bytes: 300, delay: 0 });
    const { release } = await occupy(queue);
    const large = queue.submit([event('x'.repeat(900)), event('ada'), event('bob')]);
    await release();
    expect(await large).toEqual(['added', 'added', 'added']);
    expect(await flushes()).toContainEqual(['x'.repeat(900)]);
  });

  it('tells each request what its own event did, where several name one member', async () => {
    const queue = make();
    const { release } = await occupy(queue);
    const older = queue.submit([event('ada', { eventAt: AT + 1 })]);
    const newest = queue.submit([event('ada', { eventAt: AT + 2 }), event('bob')]);
    const same = queue.submit([event('ada', { eventAt: AT + 2 })]);
    const twice = queue.submit([event('cy'), event('cy', { isMember: false })]);
    await release();
    expect(await newest).toEqual(['added', 'added']);
    expect(await older).toEqual(['stale']);
    expect(await same).toEqual(['unchanged']);
    // At one microsecond the leave wins, and nobody leaves who never was in.
    expect(await twice).toEqual(['stale', 'unchanged']);
  });

  it('lets the newest of a request stand for its member, however many flushes the request takes', async () => {
    const queue = make({ rows: 2, delay: 0 });
    const request = [event('ada'), ...many(3), event('ada', { isMember: false, eventAt: AT + 1 })];
    expect(await queue.submit(request)).toEqual(['stale', 'added', 'added', 'added', 'unchanged']);
    expect((await flushes()).flat()).not.toContain('ada');
  });

  it('refuses what would go past its bound, and takes it when there is room again', async () => {
    const queue = make({ queue: 5 });
    const { release } = await occupy(queue);
    const fits = queue.submit(many(2, 'fits'));
    await expect(queue.submit([event('ada')])).rejects.toThrow(QueueFullError);
    await release();
    await fits;
    await queue.drain();
    expect(await queue.submit(many(5))).toHaveLength(5);
  });

  it('bounds bytes as well as rows', async () => {
    const queue = make({ over: 500 });
    const { release } = await occupy(queue);
    await expect(queue.submit([event('x'.repeat(400))])).rejects.toThrow(QueueFullError);
    await release();
  });

  it('takes a request that is larger than itself when nothing else waits', async () => {
    const queue = make({ queue: 5, rows: 2, delay: 0 });
    expect(await queue.submit(many(9))).toEqual(Array.from({ length: 9 }, () => 'added'));
  });

  it('does not write what nobody waits for any more, and has room for others then', async () => {
    const queue = make({ queue: 5, rows: 2, delay: 0 });
    const { release } = await occupy(queue);
    const deadline = { hasPassed: false };
    const abandoned = queue.submit(many(2, 'abandoned'), deadline).catch((error: unknown) => error);
    await expect(queue.submit([event('ada')])).rejects.toThrow(QueueFullError);
    deadline.hasPassed = true;
    const next = queue.submit(many(2, 'next'));
    expect(await abandoned).toBeInstanceOf(DeadlineError);
    await release();
    expect(await next).toEqual(['added', 'added']);
    expect((await flushes()).flat().filter((key) => key.startsWith('abandoned'))).toEqual([]);
    await queue.drain();
    expect(queue.queued).toEqual({ rows: 0, bytes: 0 });
  });

  it('finishes what has begun, and writes what came late, or neither would ever be written', async () => {
    const queue = make({ rows: 2, delay: 0 });
    const { release } = await occupy(queue);
    const deadline = { hasPassed: false };
    const begun = queue.submit(many(5, 'begun'), deadline);
    await release();
    deadline.hasPassed = true;
    expect(await begun).toHaveLength(5);
    expect(await queue.submit([event('late')], deadline)).toEqual(['added']);
  });

  it('looks for those that nobody waits for when a flush has ended', async () => {
    const queue = make({ rows: 2 });
    const { release } = await occupy(queue);
    const deadline = { hasPassed: false };
    const abandoned = queue.submit(many(3, 'abandoned'), deadline).catch((error: unknown) => error);
    deadline.hasPassed = true;
    await release();
    expect(await abandoned).toBeInstanceOf(DeadlineError);
    await queue.drain();
    expect(queue.queued).toEqual({ rows: 0, bytes: 0 });
    expect((await flushes()).flat().filter((key) => key.startsWith('abandoned'))).toEqual([]);
  });

  it('commits everything when it is drained, whatever the delay', async () => {
    const queue = make({ rows: 10 });
    const { release } = await occupy(queue);
    const waiting = queue.submit(many(3, 'late'));
    const drained = queue.drain();
    await release();
    await drained;
    expect(await waiting).toHaveLength(3);
    expect((await readMembers(database, audienceId)).size).toBe(6);
    await queue.drain();
  });

  it('rejects all of a flush that failed, holds no room for it, and goes on', async () => {
    const away = testDatabase(testDb.url);
    const queue = new FlushQueue(new MembershipStore(away), {
      flush: { rows: 10, bytes: 1e6, delay: 5 },
      queue: { rows: 3, bytes: 1e6 },
    });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(queue.submit(many(3))).rejects.toThrow(DatabaseUnavailableError);
    }
    await away.connect();
    expect(await queue.submit(many(3))).toEqual(['added', 'added', 'added']);
    await away.close();
  });

  it('costs no good event beside one that PostgreSQL refuses, in whosever request', async () => {
    const queue = make();
    const { release } = await occupy(queue);
    const good = queue.submit(many(7, 'good'));
    const mixed = queue.submit([event('ada'), event('a\0b'), event('bob')]);
    await release();
    expect(await good).toEqual(Array.from({ length: 7 }, () => 'added'));
    expect(await mixed).toEqual(['added', 'refused', 'added']);
  });
});
