import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callAdmin, VIEWER, WITH_ADMIN } from '../support/admin.js';
import { deletion, identify, track } from '../support/builders.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { SECRET, startTestService, TOKEN, type TestService } from '../support/service.js';
import { counts, sendTo, sign, TestBed } from '../support/test-bed.js';

const LAUNCHDARKLY = { client_side_id: 'env', service_token: 'api-123' };
const bed = new TestBed({
  ...WITH_ADMIN,
  engage: {
    destinations: {
      dest: { token: TOKEN, ...LAUNCHDARKLY },
      signed: { token: TOKEN, shared_secrets: SECRET },
      former: { token: TOKEN },
    },
  },
});
let mended: TestService;

/** The same service with options under which texts are memberships, and without a destination. */
beforeAll(async () => {
  mended = await startTestService(bed.databaseUrl, {
    ...WITH_ADMIN,
    engage: {
      destinations: {
        dest: { token: TOKEN, membership: 'lenient', context_key: 'path:$.who', ...LAUNCHDARKLY },
        signed: { token: TOKEN, shared_secrets: SECRET },
      },
    },
  });
});
afterAll(() => mended.stop());
beforeEach(async () => {
  await bed.rows.query('delete from rejected_event');
  await bed.rows.query('delete from membership');
});

const replay = (query = ''): Promise<HttpAnswer> =>
  callAdmin(mended.base, `POST /rejected-events/replay${query}`);

/** An answer in which what is not named is 0. */
function replayed(named: Parameters<typeof counts>[0], left: object = {}): object {
  const rest = { badSignature: 0, tooLarge: 0, unknownDestination: 0, ...left };
  const others = Object.values(rest).reduce((sum, count) => sum + count, 0);
  return { ...counts(named), ...rest, left: (named.rejected ?? 0) + others };
}

/** As `dest` rejects it, and takes it once it was mended. */
const mendable = (who: string, options: Parameters<typeof identify>[0] = {}) =>
  identify({ isMember: 'true', ...options, over: { who } });

describe('replaying rejected events', () => {
  it('sends them through their mended destination, and they are rejected events no more', async () => {
    await bed.send([mendable('ada'), mendable('bob', { isMember: 'false' }), mendable('cy')]);
    const answer = await replay();
    expect(answer).toMatchObject({ status: 201, body: replayed({ added: 2, unchanged: 1 }) });
    expect(await bed.rows.memberships('dest')).toEqual([
      ['ada', true],
      ['bob', false],
      ['cy', true],
    ]);
    expect(await bed.rows.rejected('dest')).toEqual([]);
    expect((await replay()).body).toEqual(replayed({}));
  });

  it('leaves those that are rejected again as they are, and doubles none', async () => {
    const bad = [identify({ isMember: 'perhaps' }), 'odd', null, 'odd', identify({ isMember: 1 })];
    await bed.send([...bad, mendable('ada')]);
    const before = await bed.rows.query(
      `select id, detail, received_at from rejected_event where payload::text not like '%"ada"%' order by id`,
    );
    expect((await replay()).body).toEqual(replayed({ added: 1, rejected: 5 }));
    expect(
      await bed.rows.query('select id, detail, received_at from rejected_event order by id'),
    ).toEqual(before);
  });

  it('lets a newer event win, and the leave at the same time', async () => {
    await bed.send([mendable('ada'), mendable('bob'), mendable('cy', { isMember: 'false' })]);
    const later = '2024-05-04T00:00:00Z';
    const newer = [
      identify({ isMember: false, at: later, over: { who: 'ada' } }),
      identify({ isMember: false, over: { who: 'bob' } }),
      identify({ isMember: true, over: { who: 'cy' } }),
    ];
    await sendTo(mended.base, newer);
    expect((await replay()).body).toEqual(replayed({ stale: 2, removed: 1 }));
    expect(await bed.rows.memberships('dest')).toEqual([
      ['ada', false],
      ['bob', false],
      ['cy', false],
    ]);
  });

  it('takes an event without a time as of when it came', async () => {
    const timeless = { timestamp: null, originalTimestamp: null, receivedAt: null };
    const before = Date.now();
    const event = { ...mendable('ada'), ...timeless };
    await bed.send(event);
    await bed.rows.query(`update rejected_event set received_at = '2024-02-03T04:05:06.789Z'`);
    await bed.send({ ...mendable('bob'), ...timeless });
    expect((await replay()).body).toEqual(replayed({ added: 2 }));
    const times = await bed.rows.query<{ event_at: Date }>(
      'select event_at from membership order by member_key',
    );
    expect(times[0]).toEqual({ event_at: new Date('2024-02-03T04:05:06.789Z') });
    expect(times[1]?.event_at.getTime()).toBeGreaterThanOrEqual(before);
  });

  it('skips what is no membership any more, and erases whom it names', async () => {
    await sendTo(mended.base, identify({ over: { who: 'zoe' } }));
    await bed.send([
      { ...mendable('bob'), context: {}, timestamp: 'never' },
      { ...deletion('', '2024-05-05T00:00:00Z'), who: 'zoe' },
    ]);
    await bed.rows.query(
      `update rejected_event set payload = replace(payload::text, 'never', '2024-05-05T00:00:00Z')::json`,
    );
    expect((await replay()).body).toEqual(replayed({ skipped: 1, erased: 1 }));
    expect(await bed.rows.memberships('dest')).toEqual([]);
    expect(await bed.rows.rejected('dest')).toEqual([]);
  });

  it('reads the items of the synced-segment call, too', async () => {
    const batch = ['ada', 'bob'].map((userId) => ({
      userId,
      cohortName: 'Synced ones',
      cohortId: 'aud_synced',
      value: 'true',
    }));
    await request(`${bed.base}/api/v2/segment-targets/segment-audiences`, {
      method: 'POST',
      headers: { authorization: 'api-123' },
      body: JSON.stringify({ environmentId: 'env', contextKind: 'user', batch }),
    });
    expect((await replay()).body).toEqual(replayed({ added: 2 }));
  });

  it('leaves those that it is not asked for', async () => {
    await bed.send([mendable('ada'), track({ isMember: 'true', over: { type: 'odd' } })]);
    await sendTo(mended.base, identify({ isMember: 'odd' }), { destination: 'signed' });
    const answer = await replay('?reason=malformed&destination=dest&until=2020-01-01');
    expect(answer.body).toEqual(replayed({}));
    expect(await bed.rows.rejected('dest')).toHaveLength(2);
    expect(await bed.rows.rejected('signed')).toHaveLength(1);
  });

  it('replays what was refused for its signature only where that is asked for', async () => {
    const body = JSON.stringify([identify({ userId: 'ada' }), identify({ isMember: 'odd' })]);
    const headers = { 'x-signature': sign(body, 'another') };
    await bed.send(body, { destination: 'signed', headers });
    expect((await replay()).body).toEqual(replayed({}, { badSignature: 2 }));
    expect((await replay('?unsigned=false')).body).toEqual(replayed({}, { badSignature: 2 }));
    expect(await bed.rows.memberships('signed')).toEqual([]);
    expect((await replay('?unsigned=true')).body).toEqual(replayed({ added: 1, rejected: 1 }));
    expect(await bed.rows.memberships('signed')).toEqual([['ada', true]]);
    expect(await bed.rows.rejected('signed')).toMatchObject([{ reason: 'bad_signature' }]);
  });

  it('counts what was too large to be kept, and what the options have no destination for', async () => {
    const large = { ...mendable('ada'), padding: 'x'.repeat(70_000) };
    await bed.send([large, mendable('bob')]);
    await bed.send(identify({ isMember: 'true' }), { destination: 'former' });
    expect((await replay()).body).toEqual(
      replayed({ added: 1 }, { tooLarge: 1, unknownDestination: 1 }),
    );
    expect(await bed.rows.rejected('dest')).toHaveLength(1);
    expect(await bed.rows.rejected('former')).toHaveLength(1);
  });

  it('takes them in batches, the oldest first, however many there are', async () => {
    const many = Array.from({ length: 2_500 }, (_, n) => mendable(`user_${n % 2_000}`));
    await bed.send(many);
    await bed.send(
      Array.from({ length: 100 }, (_, n) => ({
        ...mendable(`large_${n}`),
        padding: 'x'.repeat(60_000),
      })),
    );
    expect((await replay()).body).toEqual(replayed({ added: 2_100, unchanged: 500 }));
    expect(await bed.rows.rejected('dest')).toEqual([]);
  });

  it('loses nothing where it ends between the commit of an event and its deletion', async () => {
    await bed.send([mendable('ada'), mendable('bob')]);
    await bed.rows.query(`
      create function refuse() returns trigger language plpgsql as $$
      begin raise exception using errcode = '57P01'; end $$`);
    await bed.rows.query(
      'create trigger refuse before delete on rejected_event for each row execute function refuse()',
    );
    try {
      expect((await replay()).status).toBe(503);
    } finally {
      await bed.rows.query('drop function refuse cascade');
    }
    expect(await bed.rows.memberships('dest')).toHaveLength(2);
    expect(await bed.rows.rejected('dest')).toHaveLength(2);
    expect((await replay()).body).toEqual(replayed({ unchanged: 2 }));
    expect(await bed.rows.rejected('dest')).toEqual([]);
  });

  it('does no harm twice at once', async () => {
    await bed.send(Array.from({ length: 1_500 }, (_, n) => mendable(`user_${n}`)));
    const answers = await Promise.all([replay(), replay()]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(await bed.rows.memberships('dest')).toHaveLength(1_500);
    expect(await bed.rows.rejected('dest')).toEqual([]);
  });

  it('is not for viewers', async () => {
    await bed.send(mendable('ada'));
    const answer = await callAdmin(mended.base, 'POST /rejected-events/replay', {
      token: VIEWER.token,
    });
    expect(answer.status).toBe(403);
    expect(await bed.rows.rejected('dest')).toHaveLength(1);
  });

  it.each(['unsigned=yes', 'unsigned=1', 'unsigned=', 'unsigned=true&unsigned=true'])(
    'refuses ?%s',
    async (query) => {
      expect(await replay(`?${query}`)).toMatchObject({
        status: 422,
        body: { errors: [{ in: 'query', pointer: '/unsigned' }] },
      });
    },
  );
});
