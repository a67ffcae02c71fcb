import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { deletion, entries, identify, track, type MembershipOptions } from '../support/builders.js';
import type { MemberState } from '../support/rows.js';
import { counts, TestBed } from '../support/test-bed.js';

const bed = new TestBed();
let audiences = 0;

/** An audience of one test's own, and what its members' events and states are. */
class AudienceTrial {
  readonly key = `order_${(audiences += 1)}`;

  /** Each event in a request of its own; what became of it. */
  async send(...events: readonly MembershipOptions[]): Promise<readonly string[]> {
    const outcomes: string[] = [];
    for (const event of events) {
      const { body } = await bed.send(identify({ key: this.key, ...event }));
      const changed = Object.entries(Object(body)).find(([n, c]) => n !== 'received' && c === 1);
      outcomes.push(changed?.[0] ?? '');
    }
    return outcomes;
  }

  async states(): Promise<readonly MemberState[]> {
    const rows = await bed.rows.query<{ member_key: string; is_member: boolean }>(
      `select m.member_key, m.is_member from membership m
       join audience a on a.member_set = m.member_set where a.key = $1 order by m.member_key`,
      [this.key],
    );
    return rows.map((row) => [row.member_key, row.is_member]);
  }

  async eventTime(): Promise<number> {
    const [row] = await bed.rows.query<{ micros: string }>(
      `select extract(epoch from m.event_at) * 1000000 as micros from membership m
       join audience a on a.member_set = m.member_set where a.key = $1`,
      [this.key],
    );
    return Number(row?.micros);
  }
}

const FIRST = '2024-05-03T19:42:50.000Z';
const SECOND = '2024-05-03T19:42:51.000Z';
const THIRD = '2024-05-03T19:42:52.000Z';

function inOneMillisecond(nanoseconds: string, isMember: boolean): MembershipOptions {
  const originalTimestamp = `2024-05-03T19:42:50.${nanoseconds}Z`;
  return { isMember, over: { timestamp: FIRST, originalTimestamp } };
}

it('counts every event of a request once, so that the counts sum to received', async () => {
  const known = identify({ userId: 'known', key: 'counted', at: SECOND });
  await bed.send([known, identify({ userId: 'leaver', key: 'counted', at: FIRST })]);
  const { body } = await bed.send([
    identify({ userId: 'new', key: 'counted' }),
    track({ userId: 'leaver', key: 'counted', isMember: false, at: SECOND }),
    known,
    identify({ userId: 'stranger', key: 'counted', isMember: false }),
    identify({ userId: 'known', key: 'counted', isMember: false, at: FIRST }),
    identify({ personas: { computation_class: 'trait' } }),
    { type: 'page', userId: 'known' },
    identify({ isMember: 'yes' }),
    identify({ userId: '' }),
    deletion('somebody'),
  ]);
  expect(body).toEqual({
    received: 10,
    added: 1,
    removed: 1,
    unchanged: 2,
    stale: 1,
    skipped: 2,
    rejected: 2,
    erased: 1,
  });
});

it('keeps the newest of each member first, also in a request that is larger than a flush', async () => {
  const others = entries(3_998, { key: 'first_last' });
  const ends = [
    identify({ userId: 'ends', key: 'first_last', at: FIRST }),
    ...others,
    track({ userId: 'ends', key: 'first_last', isMember: false, at: SECOND }),
  ];
  expect((await bed.send(ends)).body).toEqual(counts({ added: 3_998, stale: 1, unchanged: 1 }));
  const changes = await bed.rows.query(
    `select id from membership_change where 'ends' = any(member_keys)`,
  );
  expect(changes).toEqual([]);
});

it('answers an empty array with nothing but zeros', async () => {
  expect(await bed.send([])).toMatchObject({ status: 200, body: counts({}) });
});

it('a late enter cannot undo a leave', async () => {
  const trial = new AudienceTrial();
  const outcomes = await trial.send({ at: FIRST }, { at: THIRD, isMember: false }, { at: SECOND });
  expect(outcomes).toEqual(['added', 'removed', 'stale']);
  expect(await trial.states()).toEqual([['user_1', false]]);
});

it('the leave of a stranger keeps a late enter out', async () => {
  const trial = new AudienceTrial();
  const outcomes = await trial.send({ at: SECOND, isMember: false }, { at: FIRST });
  expect(outcomes).toEqual(['unchanged', 'stale']);
  expect(await trial.states()).toEqual([['user_1', false]]);
});

it('a newer repetition changes nothing, and makes what lies between stale', async () => {
  const trial = new AudienceTrial();
  const outcomes = await trial.send({ at: FIRST }, { at: THIRD }, { at: SECOND, isMember: false });
  expect(outcomes).toEqual(['added', 'unchanged', 'stale']);
  expect(await trial.states()).toEqual([['user_1', true]]);
});

it('at the same microsecond the leave wins, whichever comes first', async () => {
  const after = new AudienceTrial();
  expect(await after.send({ at: FIRST }, { at: FIRST, isMember: false })).toEqual([
    'added',
    'removed',
  ]);
  const before = new AudienceTrial();
  expect(await before.send({ at: FIRST, isMember: false }, { at: FIRST })).toEqual([
    'unchanged',
    'stale',
  ]);
  expect(await after.states()).toEqual(await before.states());
});

it('originalTimestamp tells apart what happened in one millisecond', async () => {
  const trial = new AudienceTrial();
  const outcomes = await trial.send(
    inOneMillisecond('000300999', true),
    inOneMillisecond('000200000', false),
    inOneMillisecond('000301000', false),
  );
  expect(outcomes).toEqual(['added', 'stale', 'removed']);
  expect((await trial.eventTime()) % 1000).toBe(301);
});

it('a time more than an hour ahead counts as the arrival', async () => {
  const trial = new AudienceTrial();
  await trial.send({ at: '2999-01-01T00:00:00.000Z' });
  expect(Math.abs((await trial.eventTime()) / 1000 - Date.now())).toBeLessThan(60_000);
  expect(await trial.send({ at: new Date().toISOString(), isMember: false })).toEqual(['removed']);
});

it('an event without any time counts at its arrival', async () => {
  const trial = new AudienceTrial();
  const over = { timestamp: undefined, originalTimestamp: undefined, receivedAt: undefined };
  expect(await trial.send({ at: FIRST }, { isMember: false, over })).toEqual(['added', 'removed']);
});

it('an event older than the purge horizon of its audience is stale', async () => {
  const trial = new AudienceTrial();
  await trial.send({ at: SECOND, userId: 'other' });
  await bed.rows.query('update audience set purged_before = $1 where key = $2', [
    SECOND,
    trial.key,
  ]);
  expect(await trial.send({ at: FIRST }, { at: SECOND })).toEqual(['stale', 'added']);
});

it('Memberships converge to the newest event per (audience, member), at the same microsecond to the leave, whatever the order, repetition or batching', async () => {
  const event = fc.record({
    userId: fc.constantFrom('a', 'b', 'c'),
    isMember: fc.boolean(),
    second: fc.integer({ min: 0, max: 5 }),
  });
  const batches = fc.array(fc.array(event, { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(batches, async (sent) => {
      const trial = new AudienceTrial();
      for (const batch of sent) {
        await bed.send(
          batch.map(({ userId, isMember, second }) =>
            identify({ key: trial.key, userId, isMember, at: `2024-05-03T19:42:0${second}.000Z` }),
          ),
        );
      }
      const newest = new Map<string, { second: number; isMember: boolean }>();
      for (const { userId, second, isMember } of sent.flat()) {
        const known = newest.get(userId);
        if (known === undefined || second > known.second) newest.set(userId, { second, isMember });
        else if (second === known.second && !isMember) newest.set(userId, { second, isMember });
      }
      const expected = new Map<string, boolean>();
      newest.forEach(({ isMember }, userId) => expected.set(userId, isMember));
      expect(new Map(await trial.states())).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});
