import { describe, expect, it, vi } from 'vitest';
import { callAdmin, VIEWER, WITH_ADMIN, type AdminCall } from '../support/admin.js';
import { identify, type MembershipOptions } from '../support/builders.js';
import { RawClient } from '../support/raw-client.js';
import { TOKEN } from '../support/service.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const DESTINATIONS = ['odd', 'walk', 'tombs', 'time', 'history', 'erasure', 'other', 'access'];
const UNKNOWN_ID = String(2 ** 47);
const MINUTE_MS = 60_000;
/** Keys that paths, queries, JSON or SQL could take for something else. */
const ODD_KEYS = [
  'a b',
  'a/b',
  '100%',
  '%2F',
  '..%2f..',
  '?x=1&y=2',
  '#',
  '+1 (555)',
  "o'brien",
  'back\\slash',
  '"quoted"',
  'tab\there',
  '\u0001',
  'Zoë',
  'Zoe\u0308',
  '名前',
  '🚀',
  'x'.repeat(1_024),
  '\u0002'.repeat(1_024),
  'null',
  '{"a":1}',
  '__proto__',
];

const bed = new TestBed({
  ...WITH_ADMIN,
  engage: {
    destinations: Object.fromEntries(
      DESTINATIONS.map((id) => [id, { token: TOKEN, auto_create_segments: false }]),
    ),
  },
});

const call = (what: string, more?: AdminCall) => callAdmin(bed.base, what, more);

interface Told {
  readonly member: string;
  readonly entered: boolean;
  readonly isMember: boolean;
}

const itemsOf = (body: unknown): readonly Told[] => Object(body).items;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

async function send(destination: string, ...events: readonly MembershipOptions[]): Promise<void> {
  const batch = events.map((options) => identify({ key: destination, ...options }));
  expect((await bed.send({ batch }, { destination })).status).toBe(200);
}

/** @returns the id of the destination's one audience. */
async function enter(destination: string, ...keys: readonly string[]): Promise<string> {
  await send(destination, ...keys.map((userId) => ({ userId })));
  return (await bed.rows.audiences(destination))[0]?.id ?? '';
}

/** Every page after the first, as long as there are; `meanwhile` runs after the first. */
async function walk(path: string, meanwhile?: () => Promise<unknown>): Promise<Told[][]> {
  const pages: Told[][] = [];
  for (let after = ''; ;) {
    const { body } = await call(`GET ${path}${after}`);
    pages.push([...itemsOf(body)]);
    const { next } = Object(body);
    if (next === null) return pages;
    if (pages.length === 1) await meanwhile?.();
    after = `&after=${next}`;
  }
}

describe('the members of an audience', () => {
  it('are told with the times that are known', async () => {
    await send('time', { userId: 'ada', at: ago(5) }, { userId: 'bob', isMember: false });
    const [audience] = await bed.rows.audiences('time');
    const { body } = await call(`GET /audiences/${audience?.id}/members`);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(body).toEqual({ items: [{ member: 'ada', since: time, eventAt: time }], next: null });
    const path = `GET /audiences/${audience?.id}/members`;
    expect((await call(`${path}/ada`)).body).toEqual({
      member: 'ada',
      isMember: true,
      since: time,
      eventAt: time,
    });
    expect((await call(`${path}/bob`)).body).toMatchObject({ member: 'bob', isMember: false });
    expect(await call(`${path}/cy`)).toMatchObject({
      status: 404,
      body: { type: 'unknown_member' },
    });
  });

  it('may have any key', async () => {
    const id = await enter('odd', ...ODD_KEYS);
    const byBytes = ODD_KEYS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const pages = await walk(`/audiences/${id}/members?limit=1`);
    expect(pages.flat().map(({ member }) => member)).toEqual(byBytes);
    for (const key of ODD_KEYS) {
      const { body } = await call(`GET /audiences/${id}/members/${encodeURIComponent(key)}`);
      expect(body).toMatchObject({ member: key, isMember: true });
      const start = encodeURIComponent(key);
      const found = itemsOf((await call(`GET /audiences/${id}/members?prefix=${start}`)).body);
      expect(found.map(({ member }) => member)).toContain(key);
      const audiences = (await call(`GET /members/${encodeURIComponent(key)}`)).body;
      expect(audiences).toMatchObject({ items: [{ audience: { id } }], next: null });
    }
    const changes = await walk(`/audiences/${id}/changes?limit=1`);
    expect(changes.flat().map(({ member }) => member)).toEqual(byBytes);
  });

  it('may be called as the dots of a path, for whoever does not take them away', async () => {
    const id = await enter('odd', '..');
    const client = await RawClient.send(Number(new URL(bed.base).port), {
      path: `/admin/v1/audiences/${id}/members/%2E%2E`,
      headers: ['Connection: close', 'Authorization: Bearer a-token-of-ada-the-admin'],
    });
    await client.says('}');
    expect(client.body).toContain('"member":"..","isMember":true');
  });

  it('come page by page, each of them once, whoever enters or leaves meanwhile', async () => {
    const keys = Array.from({ length: 25 }, (_, n) => `user_${String(n).padStart(2, '0')}`);
    const id = await enter('walk', ...keys);
    const pages = await walk(`/audiences/${id}/members?limit=10`, () =>
      send(
        'walk',
        { userId: 'user_05', isMember: false },
        { userId: 'user_15', isMember: false },
        { userId: 'user_00_late' },
        { userId: 'user_12_late' },
      ),
    );
    const expected = [...keys.filter((key) => key !== 'user_15'), 'user_12_late'].toSorted();
    expect(pages.flat().map(({ member }) => member)).toEqual(expected);
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
  });

  it('are found by what their keys begin with', async () => {
    const id = await enter('walk', 'a%b_c', 'a%b_d', 'a%bXc', 'a', 'b');
    const found = async (prefix: string) =>
      itemsOf(
        (await call(`GET /audiences/${id}/members?prefix=${encodeURIComponent(prefix)}`)).body,
      ).map(({ member }) => member);
    expect(await found('a%b_')).toEqual(['a%b_c', 'a%b_d']);
    expect(await found('a')).toEqual(['a', 'a%bXc', 'a%b_c', 'a%b_d']);
    expect(await found('nobody')).toEqual([]);
    const pages = await walk(`/audiences/${id}/members?limit=1&prefix=a%25`);
    expect(pages.flat().map(({ member }) => member)).toEqual(['a%bXc', 'a%b_c', 'a%b_d']);
  });

  it('come in short pages where leaves stand between them', async () => {
    const id = await enter('tombs', 'a first', 'z last');
    await bed.rows.query(
      `insert into membership (member_set, member_key, is_member, event_at, changed_at)
       select $1, 'left_' || lpad(n::text, 6, '0'), false, now(), now()
       from generate_series(1, 200000) as n`,
      [id],
    );
    await bed.rows.query('analyze membership');
    const pages = await walk(`/audiences/${id}/members?limit=10`);
    expect(pages.flat().map(({ member }) => member)).toEqual(['a first', 'z last']);
    // Each looked at 20,000 rows and no more.
    expect(pages).toHaveLength(11);
  });

  it.each([
    ['/members?limit=1001', '/limit'],
    ['/members?prefix=%00', '/prefix'],
    [`/members?prefix=${'x'.repeat(1_025)}`, '/prefix'],
    ['/members?after=x', '/after'],
    [`/members?after=${Buffer.from('["AA"]').toString('base64url')}`, '/after'],
    ['/members?since=2024-01-01', '/since'],
    ['/changes?since=yesterday', '/since'],
    ['/changes?since=', '/since'],
    ['/changes?until=2024-13-01T00:00:00Z', '/until'],
    ['/changes?until=1&until=2', '/until'],
    [`/changes?after=${Buffer.from('[1e300,""]').toString('base64url')}`, '/after'],
    ['/changes?prefix=x', '/prefix'],
  ])('are not asked for by %s', async (path, pointer) => {
    const id = await enter('access', 'ada');
    expect(await call(`GET /audiences/${id}${path}`)).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
    });
  });

  it.each(['/members/%00', `/members/${'x'.repeat(1_025)}`])(
    'have no key like %s',
    async (path) => {
      const id = await enter('access', 'ada');
      expect(await call(`GET /audiences/${id}${path}`)).toMatchObject({
        status: 422,
        body: { errors: [{ in: 'path', pointer: '/key' }] },
      });
      for (const method of ['GET', 'DELETE']) {
        expect(await call(`${method} ${path}`)).toMatchObject({
          status: 422,
          body: { errors: [{ in: 'path', pointer: '/key' }] },
        });
      }
    },
  );

  it('are nowhere without an audience, and no path that can not be read', async () => {
    for (const id of [UNKNOWN_ID, 'x']) {
      for (const path of ['members', 'members/ada', 'changes', 'changes?since=2024-01-01']) {
        expect(await call(`GET /audiences/${id}/${path}`)).toMatchObject({
          status: 404,
          body: { type: 'unknown_audience' },
        });
      }
    }
    expect((await call(`GET /audiences/${UNKNOWN_ID}/members/%zz`)).status).toBe(400);
  });

  it('are shown to viewers, and to no stranger', async () => {
    const id = await enter('access', 'ada');
    for (const path of [
      `/audiences/${id}/members`,
      `/audiences/${id}/members/ada`,
      `/audiences/${id}/changes`,
      '/members/ada',
    ]) {
      expect((await call(`GET ${path}`, { token: VIEWER.token })).status).toBe(200);
      expect((await call(`GET ${path}`, { token: 'nobody' })).status).toBe(401);
    }
    expect((await call('DELETE /members/ada', { token: VIEWER.token })).status).toBe(403);
    expect((await call(`GET /audiences/${id}/members/ada`)).body).toMatchObject({ isMember: true });
  });
});

describe('the changes of an audience', () => {
  it('tell who entered and left, newest first', async () => {
    const id = await enter('history', 'ada', 'bob');
    await send('history', { userId: 'ada', isMember: false });
    await enter('history', 'cy');
    const pages = await walk(`/audiences/${id}/changes?limit=3`);
    const told = pages.flat().map(({ member, entered }) => `${entered ? '+' : '-'}${member}`);
    expect(told).toEqual(['+cy', '-ada', '+ada', '+bob']);
    const { body } = await call(`GET /audiences/${id}/changes?limit=1`);
    expect(body).toMatchObject({
      items: [
        { eventAt: '2024-05-03T19:42:50.066Z', recordedAt: expect.stringMatching(/\.\d{3}Z$/) },
      ],
    });
  });

  it('are found by when they were recorded', async () => {
    const [audience] = await bed.rows.audiences('history');
    const told = async (query: string) =>
      itemsOf((await call(`GET /audiences/${audience?.id}/changes?${query}`)).body).length;
    expect(await told(`since=${ago(1)}`)).toBe(4);
    expect(await told(`until=${ago(-1)}`)).toBe(4);
    expect(await told(`since=${ago(-1)}`)).toBe(0);
    expect(await told(`until=${ago(1)}`)).toBe(0);
    expect(await told('since=2024-01-01')).toBe(4);
    expect(await told('since=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z')).toBe(4);
  });

  it('neither repeat nor lose anybody when one of them is erased between two pages', async () => {
    const [audience] = await bed.rows.audiences('history');
    const keys = Array.from({ length: 9 }, (_, n) => `walker_${n}`);
    await enter('history', ...keys);
    const pages = await walk(`/audiences/${audience?.id}/changes?limit=4`, () =>
      call('DELETE /members/walker_1'),
    );
    const told = pages.flat().map(({ member }) => member);
    expect(told.filter((member) => member.startsWith('walker_'))).toEqual(keys);
    const after = await walk(`/audiences/${audience?.id}/changes?limit=4`);
    expect(after.flat().map(({ member }) => member)).not.toContain('walker_1');
  });

  it('come in short pages where erasures have left nobody in many of them', async () => {
    const id = await enter('tombs', 'nobody after');
    await bed.rows.query(
      `insert into membership_change (id, audience_id, member_keys, is_members, event_ats)
       select nextval('membership_change_number'), $1, '{}', '{}', '{}'
       from generate_series(1, 5000)`,
      [id],
    );
    const pages = await walk(`/audiences/${id}/changes?limit=5`);
    expect(pages).toHaveLength(6);
    const told = pages.flat().map(({ member }) => member);
    expect(told).toEqual(['nobody after', 'a first', 'z last']);
  });
});

describe('a member', () => {
  it('is told with all audiences it is in, page by page', async () => {
    for (const key of ['first', 'second', 'third', 'left']) {
      await send('other', { key, userId: 'mia' });
    }
    await send('other', { key: 'left', userId: 'mia', isMember: false, at: ago(0) });
    const ids = (await bed.rows.audiences('other')).map(({ id }) => id).slice(0, 3);
    const inOrder = ids.toSorted((a, b) => Number(a) - Number(b));
    const one = (await call('GET /members/mia')).body;
    expect(one).toMatchObject({ next: null });
    const { items }: { items: Array<{ audience: { id: string; slug: string } }> } = Object(one);
    expect(items.map(({ audience }) => audience.id)).toEqual(inOrder);
    expect(items.find(({ audience }) => audience.slug === 'first')).toEqual({
      audience: {
        id: ids[0],
        key: 'first',
        slug: 'first',
        name: 'First',
        destination: 'other',
      },
      since: expect.stringMatching(/Z$/),
      eventAt: '2024-05-03T19:42:50.066Z',
    });
    const pages = await walk('/members/mia?limit=2');
    expect(pages.map((page) => page.length)).toEqual([2, 1]);
    expect((await call('GET /members/never%20seen')).body).toEqual({ items: [], next: null });
    for (const query of ['after=x', 'limit=0', 'x=1']) {
      expect((await call(`GET /members/mia?${query}`)).status).toBe(422);
    }
  });

  it('is erased from memberships, changes and rejected events, and does not come back', async () => {
    const id = await enter('erasure', 'eve', 'stays');
    await send('erasure', { userId: 'eve', key: 'erasure', isMember: 'maybe' });
    expect(await bed.rows.rejected('erasure')).toHaveLength(1);
    expect((await call('DELETE /members/eve')).status).toBe(204);
    expect((await call(`GET /audiences/${id}/members/eve`)).status).toBe(404);
    expect((await call('GET /members/eve')).body).toEqual({ items: [], next: null });
    const { body } = await call(`GET /audiences/${id}/changes`);
    expect(itemsOf(body).map(({ member }) => member)).toEqual(['stays']);
    expect(await bed.rows.rejected('erasure')).toEqual([]);
    await vi.waitFor(async () => {
      expect((await call(`GET /audiences/${id}`)).body).toMatchObject({ memberCount: 1 });
    }, PATIENCE);
    await enter('erasure', 'eve');
    expect((await call(`GET /audiences/${id}/members/eve`)).status).toBe(404);
    await send('erasure', { userId: 'eve', at: new Date(Date.now() + 1).toISOString() });
    expect((await call(`GET /audiences/${id}/members/eve`)).body).toMatchObject({ isMember: true });
  });

  it('is erased in one destination where one is named, also one that the options have no more', async () => {
    const here = await enter('erasure', 'twice');
    const there = await enter('access', 'twice');
    expect((await call('DELETE /members/twice?destination=access')).status).toBe(204);
    expect((await call(`GET /audiences/${there}/members/twice`)).status).toBe(404);
    expect((await call(`GET /audiences/${here}/members/twice`)).status).toBe(200);
    await bed.rows.query(`update audience set destination = 'closed' where id = $1`, [here]);
    expect((await call('DELETE /members/twice?destination=closed')).status).toBe(204);
    expect((await call(`GET /audiences/${here}/members/twice`)).status).toBe(404);
    expect(await call('DELETE /members/twice?destination=none')).toMatchObject({
      status: 404,
      body: { type: 'unknown_destination' },
    });
    expect((await call('DELETE /members/twice?destination=%00')).status).toBe(422);
    expect((await call('DELETE /members/twice?force=true')).status).toBe(422);
  });

  it('may be erased where nobody knows it', async () => {
    expect((await call('DELETE /members/nobody%2Fat%20all')).status).toBe(204);
  });
});
