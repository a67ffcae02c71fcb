import { expect, it } from 'vitest';
import { deletion, identify } from '../support/builders.js';
import { TOKEN } from '../support/service.js';
import { counts, PATIENCE, TestBed } from '../support/test-bed.js';

const BEFORE = '2024-05-03T00:00:00.000Z';
const ERASED = '2024-05-04T00:00:00.000Z';
const AFTER = '2024-05-05T00:00:00.000Z';

const bed = new TestBed({
  engage: {
    destinations: {
      own: { token: TOKEN },
      other: { token: TOKEN },
      all: { token: TOKEN, deletes: 'all' },
      reached: { token: TOKEN },
    },
  },
});

/** How often a text stands anywhere in the tables that hold what Segment sent. */
async function traces(text: string): Promise<number> {
  const [row] = await bed.rows.query<{ count: string }>(
    `select (select count(*) from membership m where m::text like $1)
          + (select count(*) from membership_change c where c::text like $1)
          + (select count(*) from rejected_event r where r::text like $1)
          + (select count(*) from erased_member e where e::text like $1) as count`,
    [`%${text}%`],
  );
  return Number(row?.count);
}

it('erases memberships, changes and rejected events of that key, in every audience of the destination', async () => {
  const own = { destination: 'own' };
  await bed.send(
    [
      identify({ userId: 'gone_1', key: 'first', at: BEFORE }),
      identify({ userId: 'gone_1', key: 'second', at: BEFORE }),
      identify({ userId: 'gone_1', key: 'third', isMember: false, at: BEFORE }),
      identify({ userId: 'gone_1', isMember: 'perhaps', at: BEFORE }),
      identify({ userId: 'stays_1', key: 'first', at: BEFORE }),
      identify({ userId: 'stays_1', isMember: 'perhaps', at: BEFORE }),
    ],
    own,
  );
  await bed.send(identify({ userId: 'gone_1', key: 'first', at: BEFORE }), {
    destination: 'other',
  });
  expect((await bed.send(deletion('gone_1', ERASED), own)).body).toEqual(counts({ erased: 1 }));
  expect(await bed.rows.memberships('own')).toEqual([['stays_1', true]]);
  expect(await bed.rows.rejected('own')).toMatchObject([{ payload: { userId: 'stays_1' } }]);
  expect(await bed.rows.memberships('other')).toEqual([['gone_1', true]]);
});

it('turns the flag off for whom it erased', async () => {
  await bed.send(identify({ userId: 'ada', key: 'flagged', at: BEFORE }), { destination: 'own' });
  await bed.sees('audience_flagged', 'ada', true);
  await bed.send(deletion('ada', ERASED), { destination: 'own' });
  await expect.poll(() => bed.flag('audience_flagged', 'ada'), PATIENCE).toBe(false);
});

it('lets nothing older bring the member back, and anything newer', async () => {
  const send = async (at: string): Promise<unknown> =>
    (await bed.send(identify({ userId: 'back', key: 'later', at }), { destination: 'own' })).body;
  await bed.send(deletion('back', ERASED), { destination: 'own' });
  expect(await send(BEFORE)).toEqual(counts({ stale: 1 }));
  expect(await send(ERASED)).toEqual(counts({ stale: 1 }));
  expect(await send(AFTER)).toEqual(counts({ added: 1 }));
});

it('keeps what happened after the deletion', async () => {
  const own = { destination: 'own' };
  await bed.send(identify({ userId: 'returned', key: 'kept', at: AFTER }), own);
  await bed.send(deletion('returned', ERASED), own);
  expect(await bed.rows.memberships('own')).toContainEqual(['returned', true]);
});

it('erases before it stores, in one request', async () => {
  const events = [
    identify({ userId: 'both', key: 'both', at: BEFORE }),
    deletion('both', ERASED),
    identify({ userId: 'both', key: 'both_later', at: AFTER }),
  ];
  const { body } = await bed.send(events, { destination: 'own' });
  expect(body).toEqual(counts({ erased: 1, stale: 1, added: 1 }));
});

it('erases in all destinations where deletes is all', async () => {
  const reached = { destination: 'reached' };
  await bed.send(identify({ userId: 'everywhere', key: 'reached', at: BEFORE }), reached);
  await bed.send(deletion('everywhere', ERASED), { destination: 'all' });
  expect(await bed.rows.memberships('reached')).toEqual([]);
  const { body } = await bed.send(
    identify({ userId: 'everywhere', key: 'reached', at: BEFORE }),
    reached,
  );
  expect(body).toEqual(counts({ stale: 1 }));
});

it('leaves no trace in clear, once every replica has read of it', async () => {
  await bed.send(identify({ userId: 'traceless', key: 'traced', at: BEFORE }), {
    destination: 'own',
  });
  expect(await traces('traceless')).toBe(2);
  await bed.send(deletion('traceless', ERASED), { destination: 'own' });
  await expect.poll(() => traces('traceless'), { ...PATIENCE, timeout: 30_000 }).toBe(0);
}, 40_000);
