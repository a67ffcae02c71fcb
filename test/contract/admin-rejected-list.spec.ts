import { beforeEach, describe, expect, it } from 'vitest';
import { callAdmin, VIEWER, WITH_ADMIN } from '../support/admin.js';
import { identify } from '../support/builders.js';
import { counts, TestBed } from '../support/test-bed.js';

const bed = new TestBed(WITH_ADMIN);

interface Item {
  readonly id: string;
  readonly reason: string;
  readonly payload: unknown;
}

interface List {
  readonly items: readonly Item[];
  readonly next: string | null;
}

beforeEach(() => bed.rows.query('delete from rejected_event'));

async function list(query = '', token?: string): Promise<List> {
  const answer = await callAdmin(bed.base, `GET /rejected-events${query}`, {
    ...(token !== undefined && { token }),
  });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text);
}

/** All pages, one after the other. */
async function listAll(query: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let after = ''; ;) {
    const page = await list(`?${query}${after}`);
    items.push(...page.items);
    if (page.next === null) return items;
    after = `&after=${page.next}`;
  }
}

async function found(query: string): Promise<string[]> {
  return (await listAll(`limit=1&${query}`)).map(({ id }) => id);
}

/** One that came so many hours ago. */
function keep(
  {
    destination = 'dest',
    reason = 'malformed',
    hoursAgo = 0,
    bytes = 2,
  }: Partial<{
    destination: string;
    reason: string;
    hoursAgo: number;
    bytes: number;
  }>,
  times = 1,
): Promise<unknown> {
  return bed.rows.query(
    `insert into rejected_event (destination, reason, detail, received_at, payload, payload_bytes, identifiers)
     select $1, $2, 'why', now() - $3 * interval '1 hour',
            to_json(repeat('x', $4::integer - 2)), $4::integer, '{}'
     from generate_series(1, $5)`,
    [destination, reason, hoursAgo, bytes, times],
  );
}

const hoursAgo = (hours: number): string =>
  encodeURIComponent(new Date(Date.now() - hours * 3_600_000).toISOString());

describe('the list of rejected events', () => {
  it('shows each as it came, with why and when, to viewers too', async () => {
    const event = identify({
      isMember: 'perhaps',
      over: { 'odd key': [1.5, null, 'ü\u0000\ud800'] },
    });
    const before = Date.now();
    expect((await bed.send(event)).body).toEqual(counts({ rejected: 1 }));
    const { items, next } = await list('', VIEWER.token);
    expect(next).toBeNull();
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        destination: 'dest',
        reason: 'indeterminate_membership',
        detail: 'the membership is no boolean',
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        payload: event,
        payloadBytes: Buffer.byteLength(JSON.stringify(event)),
      },
    ]);
    const [{ receivedAt } = { receivedAt: '' }] = JSON.parse(JSON.stringify(items));
    expect(Date.parse(receivedAt)).toBeGreaterThanOrEqual(before);
  });

  it.each([['text'], [1.5], [true], [null], [['list', {}]]])('shows %j', async (event) => {
    await bed.send([event, { type: 'page' }]);
    expect((await list()).items.map(({ payload }) => payload)).toEqual([event]);
  });

  it('shows the size alone of what was too large to be kept', async () => {
    const event = { type: 'identify', timestamp: 'never', padding: 'x'.repeat(70_000) };
    await bed.send(event);
    expect((await list()).items).toMatchObject([
      { payload: null, payloadBytes: JSON.stringify(event).length },
    ]);
  });

  it('comes in pages, newest first, in which nothing is missed or comes twice while events come and go', async () => {
    await keep({}, 25);
    const all = (await list()).items;
    const first = await list('?limit=10');
    await keep({}, 5);
    const gone = first.items[3]?.id;
    await bed.rows.query('delete from rejected_event where id = any ($1)', [[gone, all[12]?.id]]);
    const second = await list(`?limit=10&after=${first.next}`);
    const third = await list(`?limit=10&after=${second.next}`);
    expect(third.next).toBeNull();
    const seen = [...first.items, ...second.items, ...third.items].map(({ id }) => id);
    expect(seen).toEqual(all.map(({ id }) => id).filter((id) => id !== all[12]?.id));
  });

  it('answers a full last page with no next', async () => {
    await keep({}, 10);
    expect((await list('?limit=10')).next).toBeNull();
    expect((await list('?limit=9')).next).not.toBeNull();
  });

  it('ends a page early where payloads are large, and goes on with the next one', async () => {
    await keep({ bytes: 60_000 }, 40);
    const page = await list('?limit=1000');
    expect(page.items.length).toBeLessThan(30);
    const all = await listAll('limit=1000');
    expect(new Set(all.map(({ id }) => id)).size).toBe(40);
  });

  it('is filtered by reason, destination and time', async () => {
    await keep({ hoursAgo: 3 });
    await keep({ hoursAgo: 2, reason: 'no_identifier' });
    await keep({ hoursAgo: 1, destination: 'für/dest %?' });
    const ids = (await list()).items.map(({ id }) => id);
    const [newest, middle, oldest] = ids;
    expect(await found('reason=malformed')).toEqual([newest, oldest]);
    expect(await found(`destination=${encodeURIComponent('für/dest %?')}`)).toEqual([newest]);
    expect(await found('destination=..')).toEqual([]);
    expect(await found(`since=${hoursAgo(2.5)}`)).toEqual([newest, middle]);
    expect(await found(`until=${hoursAgo(1.5)}`)).toEqual([middle, oldest]);
    expect(await found(`since=${hoursAgo(2.5)}&until=${hoursAgo(1.5)}&destination=dest`)).toEqual([
      middle,
    ]);
    expect(await found('since=2020-01-01&until=2020-01-02T03:04:05%2B01:00')).toEqual([]);
  });
});

describe('counts of rejected events', () => {
  it('are by destination and reason, with the first and last time, filtered as the list', async () => {
    await keep({ hoursAgo: 3 }, 2);
    await keep({ hoursAgo: 1 });
    await keep({ reason: 'no_identifier' });
    await keep({ destination: 'another' });
    const answer = await callAdmin(bed.base, 'GET /rejected-events/counts', {
      token: VIEWER.token,
    });
    const time: unknown = expect.stringMatching(/T.*\.\d{3}Z$/);
    expect(answer.body).toEqual({
      items: [
        { destination: 'another', reason: 'malformed', count: 1, oldest: time, newest: time },
        { destination: 'dest', reason: 'malformed', count: 3, oldest: time, newest: time },
        { destination: 'dest', reason: 'no_identifier', count: 1, oldest: time, newest: time },
      ],
      next: null,
    });
    const some = await callAdmin(
      bed.base,
      `GET /rejected-events/counts?destination=dest&reason=malformed&until=${hoursAgo(2)}`,
    );
    expect(some.body).toMatchObject({ items: [{ count: 2 }] });
  });
});

describe('deleting rejected events', () => {
  it('deletes those that match', async () => {
    await keep({ reason: 'no_identifier' });
    await keep({ hoursAgo: 2 });
    await keep({});
    const some = await callAdmin(
      bed.base,
      `DELETE /rejected-events?reason=malformed&until=${hoursAgo(1)}`,
    );
    expect(some).toMatchObject({ status: 204, text: '' });
    expect((await list()).items.map(({ reason }) => reason)).toEqual([
      'malformed',
      'no_identifier',
    ]);
  });

  it('deletes all without a filter, and does no harm where there are none', async () => {
    await keep({}, 3);
    for (let times = 0; times < 2; times += 1) {
      expect((await callAdmin(bed.base, 'DELETE /rejected-events')).status).toBe(204);
      expect((await list()).items).toEqual([]);
    }
  });

  it('is not for viewers', async () => {
    await keep({});
    const answer = await callAdmin(bed.base, 'DELETE /rejected-events', { token: VIEWER.token });
    expect(answer).toMatchObject({ status: 403, body: { type: 'forbidden' } });
    expect((await list()).items).toHaveLength(1);
  });
});

describe('a filter of rejected events', () => {
  it.each([
    ['an unknown reason', 'reason=odd', '/reason'],
    ['two reasons', 'reason=malformed&reason=no_identifier', '/reason'],
    ['a destination with NUL', 'destination=%00', '/destination'],
    ['a destination that is too long', `destination=${'x'.repeat(1_025)}`, '/destination'],
    ['a time that is none', 'since=yesterday', '/since'],
    ['a day that is none', 'until=2024-02-31T00:00:00Z', '/until'],
    ['no time at all', 'since=', '/since'],
    ['what it does not know', 'member=ada', '/member'],
  ])('refuses %s', async (_name, query, pointer) => {
    for (const call of [
      'GET /rejected-events',
      'GET /rejected-events/counts',
      'POST /rejected-events/replay',
      'DELETE /rejected-events',
    ]) {
      const answer = await callAdmin(bed.base, `${call}?${query}`);
      expect(answer).toMatchObject({
        status: 422,
        body: { type: 'invalid_input', errors: [{ in: 'query', pointer }] },
      });
    }
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=1001', '/limit'],
    ['limit=99999999999999999999', '/limit'],
    ['limit=1.5', '/limit'],
    ['after=odd', '/after'],
    [`after=${Buffer.from('["1"]').toString('base64url')}`, '/after'],
    [`after=${Buffer.from('[1.5]').toString('base64url')}`, '/after'],
    [`after=${Buffer.from('[1e300]').toString('base64url')}`, '/after'],
  ])('of a page refuses %s', async (query, pointer) => {
    const answer = await callAdmin(bed.base, `GET /rejected-events?${query}`);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ in: 'query', pointer }] } });
  });
});
