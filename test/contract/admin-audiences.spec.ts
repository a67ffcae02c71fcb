import { describe, expect, it, vi } from 'vitest';
import { callAdmin, VIEWER, WITH_ADMIN, type AdminCall } from '../support/admin.js';
import { identify, type MembershipOptions } from '../support/builders.js';
import { TOKEN } from '../support/service.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

/** Of the first no segments are made, so that nothing keeps their audiences from being deleted. */
const DESTINATIONS = ['one', 'walk', 'edit', 'made', 'alias', 'silent'];
const WITH_SEGMENTS = ['archive', 'gone', 'busy'];
const UNKNOWN_ID = String(2 ** 47);

const bed = new TestBed({
  ...WITH_ADMIN,
  engage: {
    quiet_after: '30s',
    destinations: {
      ...Object.fromEntries(
        DESTINATIONS.map((id) => [id, { token: TOKEN, auto_create_segments: false }]),
      ),
      ...Object.fromEntries(WITH_SEGMENTS.map((id) => [id, { token: TOKEN }])),
    },
  },
});

const call = (what: string, more?: AdminCall) => callAdmin(bed.base, what, more);

/** An answer's body, as far as the test looks into it. */
interface Told {
  readonly id: string;
  readonly slug: string | null;
}

const itemsOf = (body: unknown): readonly Told[] => Object(body).items;

/** Enters somebody into the audience of that key. @returns the audience's id. */
async function audienceOf(destination: string, key: string, options: MembershipOptions = {}) {
  expect((await bed.send(identify({ key, ...options }), { destination })).status).toBe(200);
  const found = (await bed.rows.audiences(destination)).find(({ slug }) => slug === key);
  return found?.id ?? '';
}

async function segmentOf(id: string): Promise<string> {
  return Object((await call(`GET /audiences/${id}`)).body).segments[0].id;
}

async function createdId(destination: string, audienceName: string): Promise<string> {
  const { body } = await bed.send({ audienceName }, { destination, route: 'audiences' });
  return Object(body).externalId;
}

describe('an audience', () => {
  it('is told with all that is known of it', async () => {
    const id = await audienceOf('one', 'one_user');
    await vi.waitFor(async () => {
      expect((await call(`GET /audiences/${id}`)).body).toEqual({
        id,
        destination: 'one',
        computationId: 'aud_one_user',
        contextKind: 'user',
        key: 'one_user',
        slug: 'one_user',
        name: 'One user',
        attribute: 'Identifier',
        memberCount: 1,
        status: 'live',
        firstSeenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        lastEventAt: expect.stringMatching(/Z$/),
        segments: [],
      });
    }, PATIENCE);
  });

  it('is told also before an event has named it', async () => {
    const id = await createdId('made', 'Made by hand');
    expect((await call(`GET /audiences/${id}`)).body).toMatchObject({
      name: 'Made by hand',
      computationId: null,
      key: null,
      slug: null,
      firstSeenAt: null,
      lastEventAt: null,
      status: 'live',
      memberCount: 0,
    });
    expect((await call('GET /audiences?destination=made')).body).toMatchObject({
      items: [{ id }],
      next: null,
    });
  });

  it('is not told under an alias', async () => {
    const id = await audienceOf('alias', 'known');
    const aliasId = await createdId('alias', 'Known');
    await audienceOf('alias', 'known', { personas: { external_audience_id: aliasId } });
    const { body } = await call('GET /audiences?destination=alias');
    expect(itemsOf(body).map((audience) => audience.id)).toEqual([id]);
    expect((await call(`GET /audiences/${aliasId}`)).status).toBe(404);
    expect((await call(`DELETE /audiences/${aliasId}`)).status).toBe(404);
  });

  it.each([UNKNOWN_ID, '1', '0', '-1', 'x', '9'.repeat(30), '%00', '%F0%9F%9A%80', '1%2F2'])(
    'of the id %s is none',
    async (id) => {
      for (const what of [`GET /audiences/${id}`, `DELETE /audiences/${id}`]) {
        expect(await call(what)).toMatchObject({ status: 404, body: { type: 'unknown_audience' } });
      }
      expect(await call(`PATCH /audiences/${id}`, { body: { name: 'x' } })).toMatchObject({
        status: 404,
        body: { type: 'unknown_audience' },
      });
    },
  );

  it('that got no event for long is quiet, and is found so', async () => {
    const id = await audienceOf('silent', 'hushed');
    const other = await audienceOf('silent', 'talking');
    const archived = await audienceOf('silent', 'shelved');
    await call(`PATCH /audiences/${archived}`, { body: { status: 'archived' } });
    await bed.rows.query(
      `update audience set last_event_at = now() - interval '1 hour' where id = $1`,
      [id],
    );
    await vi.waitFor(async () => {
      expect((await call(`GET /audiences/${id}`)).body).toMatchObject({ status: 'quiet' });
    }, PATIENCE);
    for (const [status, found] of Object.entries({ quiet: id, live: other, archived })) {
      const { body } = await call(`GET /audiences?destination=silent&status=${status}`);
      expect(itemsOf(body).map((audience) => audience.id)).toEqual([found]);
    }
  });
});

describe('the list of audiences', () => {
  it('goes on where it ended, whatever is made, renamed or deleted meanwhile', async () => {
    const ids: string[] = [];
    for (const n of [0, 1, 2, 3, 4, 5, 6]) ids.push(await audienceOf('walk', `walk_${n}`));
    const seen: string[] = [];
    let path = '/audiences?destination=walk&limit=2';
    for (let page = 0; path !== ''; page += 1) {
      const { body } = await call(`GET ${path}`);
      seen.push(...itemsOf(body).map(({ id }) => id));
      if (page === 0) {
        await call(`DELETE /audiences/${ids[1]}`);
        await call(`DELETE /audiences/${ids[4]}`);
        await call(`PATCH /audiences/${ids[0]}`, { body: { name: 'Zzz' } });
        ids.push(await audienceOf('walk', 'walk_late'));
      }
      const { next } = Object(body);
      path = next === null ? '' : `/audiences?destination=walk&limit=2&after=${next}`;
    }
    expect(seen).toEqual(ids.filter((_id, index) => index !== 4));
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=1001', '/limit'],
    ['limit=99999999999999999999', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=many', '/limit'],
    ['status=dead', '/status'],
    ['destination=a&destination=b', '/destination'],
    ['destination=%00', '/destination'],
    ['after=x', '/after'],
    [`after=${Buffer.from('["1","2"]').toString('base64url')}`, '/after'],
    [`after=${Buffer.from('[1e300,"1099511627776"]').toString('base64url')}`, '/after'],
    [`after=${Buffer.from('[1,"none"]').toString('base64url')}`, '/after'],
    ['sort=name', '/sort'],
  ])('refuses ?%s', async (query, pointer) => {
    expect(await call(`GET /audiences?${query}`)).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ in: 'query', pointer })]) },
    });
  });
});

describe('changing an audience', () => {
  it('renames it, and leaves the rest', async () => {
    const id = await audienceOf('edit', 'renamed');
    const name = 'Ünïcode 🚀'.padEnd(255, '.');
    expect(await call(`PATCH /audiences/${id}`, { body: { name } })).toMatchObject({
      status: 200,
      body: { id, name, slug: 'renamed', status: 'live' },
    });
    expect((await call(`PATCH /audiences/${id}`, { body: {} })).body).toMatchObject({ name });
  });

  it('lets it evaluate as empty while it is archived, and records what comes', async () => {
    const id = await audienceOf('archive', 'shelf');
    await bed.sees('audience_shelf', 'user_1', true);
    const patched = await call(`PATCH /audiences/${id}`, { body: { status: 'archived' } });
    expect(patched.body).toMatchObject({ status: 'archived', memberCount: 1 });
    await bed.sees('audience_shelf', 'user_1', false);
    await audienceOf('archive', 'shelf', { userId: 'user_2' });
    expect(await bed.flag('audience_shelf', 'user_2')).toBe(false);
    await call(`PATCH /audiences/${id}`, { body: { status: 'live' } });
    await bed.sees('audience_shelf', 'user_1', true);
    await bed.sees('audience_shelf', 'user_2', true);
  });

  it.each<[string, unknown, string]>([
    ['an empty name', { name: ' ' }, '/name'],
    ['a name of 256 characters', { name: 'x'.repeat(256) }, '/name'],
    ['a name with NUL', { name: 'a\0b' }, '/name'],
    ['a name with half of a pair', { name: 'a\uD800b' }, '/name'],
    ['no text as a name', { name: 7 }, '/name'],
    ['null as a name', { name: null }, '/name'],
    ['quiet, which nobody decides', { status: 'quiet' }, '/status'],
    ['null as a status', { status: null }, '/status'],
    ['what can not be changed', { slug: 'other' }, '/slug'],
    ['a list', [], ''],
  ])('refuses %s', async (_name, body, pointer) => {
    const id = await audienceOf('edit', 'steady');
    expect(await call(`PATCH /audiences/${id}`, { body })).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
    });
    const kept = await call(`GET /audiences/${id}`);
    expect(kept.body).toMatchObject({ name: 'Steady', slug: 'steady', status: 'live' });
  });

  it('is an admin’s to do, and a viewer’s to see', async () => {
    const id = await audienceOf('edit', 'watched');
    const { token } = VIEWER;
    expect((await call(`GET /audiences/${id}`, { token })).status).toBe(200);
    expect((await call('GET /audiences', { token })).status).toBe(200);
    for (const what of ['PATCH', 'DELETE']) {
      const answer = await call(`${what} /audiences/${id}`, { token, body: { name: 'x' } });
      expect(answer).toMatchObject({ status: 403, body: { type: 'forbidden' } });
    }
    expect((await call(`GET /audiences/${id}`, { token: 'nobody' })).status).toBe(401);
  });
});

describe('deleting an audience', () => {
  it('frees its names at once, and a later event makes it anew', async () => {
    const id = await audienceOf('gone', 'phoenix');
    await bed.sees('audience_phoenix', 'user_1', true);
    await call(`DELETE /segments/${await segmentOf(id)}?force=true`);
    expect((await call(`DELETE /audiences/${id}`)).status).toBe(204);
    expect((await call(`GET /audiences/${id}`)).status).toBe(404);
    const again = await audienceOf('gone', 'phoenix', { userId: 'user_2' });
    expect(again).not.toBe(id);
    await bed.sees('audience_phoenix', 'user_2', true);
    expect(await bed.flag('audience_phoenix', 'user_1')).toBe(false);
    expect((await call(`DELETE /audiences/${id}`)).status).toBe(404);
    await vi.waitFor(async () => {
      const { body } = await call(`GET /audiences/${again}`);
      expect(body).toMatchObject({ slug: 'phoenix', memberCount: 1 });
    }, PATIENCE);
  });

  it('is refused while a segment refers to it', async () => {
    const id = await audienceOf('busy', 'busy');
    const { body } = await call(`GET /audiences/${id}`);
    expect(body).toMatchObject({
      segments: [{ id: expect.stringMatching(/^[\da-f-]{36}$/), product: 'default', name: 'Busy' }],
    });
    expect(await call(`DELETE /audiences/${id}`)).toMatchObject({
      status: 409,
      body: { type: 'in_use', detail: expect.stringContaining(`'Busy' of 'default'`) },
    });
    expect((await call(`GET /audiences/${id}`)).status).toBe(200);
  });
});
