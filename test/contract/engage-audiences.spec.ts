import { describe, expect, it } from 'vitest';
import { group, identify, type MembershipOptions } from '../support/builders.js';
import type { HttpAnswer } from '../support/http-answer.js';
import { TOKEN } from '../support/service.js';
import { counts, PATIENCE, TestBed } from '../support/test-bed.js';

const bed = new TestBed({
  sdks: { default: {}, web: { product: 'web' }, shop: { product: 'shop' } },
  engage: {
    destinations: {
      dest: { token: TOKEN },
      registry: { token: TOKEN, products: ['registry'] },
      alias: { token: TOKEN, products: ['registry'] },
      foreign: { token: TOKEN, products: ['registry'] },
      twin: { token: TOKEN },
      products: { token: TOKEN, products: ['web', 'shop'] },
      silent: { token: TOKEN, auto_create_segments: false },
      accounts: { token: TOKEN, group_events: 'account' },
      devices: { token: TOKEN, context_kind: 'device' },
      mails: { token: TOKEN, context_key: 'email_only' },
      crowd: { token: TOKEN, products: ['crowd'] },
    },
  },
});

function create(destination: string, audienceName: unknown): Promise<HttpAnswer> {
  return bed.send({ env: 'prod', audienceName }, { destination, route: 'audiences' });
}

async function createdId(destination: string, audienceName: string): Promise<string> {
  const { externalId }: { externalId: string } = Object(
    (await create(destination, audienceName)).body,
  );
  return externalId;
}

function lookUp(destination: string, externalId: unknown): Promise<HttpAnswer> {
  return bed.send({ env: 'prod', externalId }, { destination, route: 'audiences/lookup' });
}

/** An event that says which of our audiences it is for, as Webhook Audiences' do. */
function addressed(externalId: string, options: MembershipOptions = {}): unknown {
  return identify({ ...options, personas: { external_audience_id: externalId } });
}

describe('createAudience and getAudience', () => {
  it('answers one id for one name, and finds it again', async () => {
    const id = await createdId('registry', 'Found again');
    expect(await createdId('registry', 'Found again')).toBe(id);
    expect(await lookUp('registry', id)).toMatchObject({ status: 200, body: { externalId: id } });
  });

  it('takes the token from the query, for it can carry no header', async () => {
    const headers = { authorization: '' };
    const route = `audiences?token=${TOKEN}`;
    const sending = { destination: 'registry', headers, route };
    expect(await bed.send({ audienceName: 'By query' }, sending)).toMatchObject({ status: 200 });
  });

  it('finds no audience of another destination', async () => {
    expect(await lookUp('foreign', await createdId('registry', 'Not theirs'))).toMatchObject({
      status: 404,
      body: { type: 'unknown_audience', status: 404 },
    });
  });

  it('takes a byte order mark, as events may have one', async () => {
    const body = '\uFEFF{"audienceName":"Marked"}';
    const sending = { destination: 'registry', route: 'audiences' };
    expect(await bed.send(body, sending)).toMatchObject({ status: 200 });
  });

  it('refuses a name that was no UTF-8, which may stand for any', async () => {
    const body = Buffer.concat([
      Buffer.from('{"audienceName":"caf'),
      Buffer.from([0xe9]),
      Buffer.from('"}'),
    ]);
    expect(await bed.send(body, { destination: 'registry', route: 'audiences' })).toMatchObject({
      status: 422,
      body: { type: 'invalid_request', detail: "'audienceName' was no UTF-8." },
    });
  });

  it.each([
    ['audiences', 'audienceName'],
    ['audiences/lookup', 'externalId'],
  ])('asks for what %s is to be sent where it is no JSON', async (route, name) => {
    expect(await bed.send('{', { destination: 'registry', route })).toMatchObject({
      status: 400,
      body: {
        type: 'not_json',
        detail: `The body is not JSON: send an object with a text '${name}'`,
      },
    });
  });

  it.each([undefined, '', ' \t', 7, 'a\0b'])('refuses the name %j', async (name) => {
    expect(await create('registry', name)).toMatchObject({
      status: 422,
      body: { type: 'invalid_request', status: 422 },
    });
  });

  it('is bound to the computation of the first event that names it', async () => {
    const id = await createdId('registry', 'Bound by event');
    const event = addressed(id, { key: 'bound' });
    expect((await bed.send(event, { destination: 'registry' })).body).toEqual(counts({ added: 1 }));
    expect(await bed.rows.audiences('registry')).toContainEqual(
      expect.objectContaining({ id, computation_id: 'aud_bound', name: 'Bound by event' }),
    );
    expect(await bed.rows.segments('registry')).toContain('Bound by event');
    expect(await createdId('registry', 'Bound by event')).not.toBe(id);
    expect(await lookUp('registry', id)).toMatchObject({ status: 200 });
  });

  it('becomes an alias where the computation has an audience already', async () => {
    await bed.send(identify({ userId: 'a' }), { destination: 'alias' });
    const id = await createdId('alias', 'Second name');
    await bed.send(addressed(id, { userId: 'b' }), { destination: 'alias' });
    const [first] = await bed.rows.audiences('alias');
    const aliases = await bed.rows.query<{ alias_of: string }>(
      'select alias_of from audience where id = $1',
      [id],
    );
    expect(aliases).toEqual([{ alias_of: first?.id }]);
    expect(await bed.rows.memberships('alias')).toEqual([
      ['a', true],
      ['b', true],
    ]);
    expect(await lookUp('alias', id)).toMatchObject({ status: 200, body: { externalId: id } });
  });

  it('leaves an id alone that is none of the destination', async () => {
    const id = await createdId('registry', 'Stays unbound');
    await bed.send(addressed(id), { destination: 'foreign' });
    await bed.send(addressed('seg_42', { key: 'other' }), { destination: 'foreign' });
    expect(await bed.rows.audiences('foreign')).toMatchObject([
      { computation_id: 'aud_power_users', name: 'Power users' },
      { computation_id: 'aud_other', name: 'Other' },
    ]);
    expect(await createdId('registry', 'Stays unbound')).toBe(id);
  });
});

describe('the first event of an audience', () => {
  it('makes it and its segment, named after its key', async () => {
    await bed.send(identify({ key: 'named_after_key' }));
    expect(await bed.rows.audiences('dest')).toMatchObject([
      { name: 'Named after key', slug: 'named_after_key', attribute: 'Identifier' },
    ]);
    expect(await bed.rows.segments('default')).toContain('Named after key');
  });

  it('gives a key that another audience has the slug _2, and its segment the name (2)', async () => {
    await bed.send(identify({ key: 'shared', userId: 'a' }));
    await bed.send(identify({ key: 'shared', userId: 'b' }), { destination: 'twin' });
    expect(await bed.rows.audiences('twin')).toMatchObject([{ slug: 'shared_2', name: 'Shared' }]);
    expect(await bed.rows.segments('default')).toEqual(
      expect.arrayContaining(['Shared', 'Shared (2)']),
    );
    await bed.sees('audience_shared_2', 'b', true);
    expect(await bed.flag('audience_shared_2', 'a')).toBe(false);
    expect(await bed.flag('audience_shared', 'b')).toBe(false);
  });

  it('makes a segment in each product of the destination, for the SDKs of those alone', async () => {
    await bed.send(identify({ key: 'two_products' }), { destination: 'products' });
    expect(await bed.rows.segments('web')).toEqual(['Two products']);
    expect(await bed.rows.segments('shop')).toEqual(['Two products']);
    await bed.sees('audience_two_products', 'user_1', true, 'web');
    await bed.sees('audience_two_products', 'user_1', true, 'shop');
    expect(await bed.evaluate('audience_two_products', {})).toMatchObject({ status: 400 });
  });

  it('makes no segment under auto_create_segments: false', async () => {
    await bed.send(identify({ key: 'without_segment' }), { destination: 'silent' });
    expect(await bed.rows.memberships('silent')).toEqual([['user_1', true]]);
    expect(await bed.rows.segments('default')).not.toContain('Without segment');
  });

  it('makes one audience, however many requests bring it at once', async () => {
    const requests = Array.from({ length: 12 }, (_, n) =>
      bed.send(identify({ key: 'crowd', userId: `user_${n}` }), { destination: 'crowd' }),
    );
    const answers = await Promise.all(requests);
    expect(answers.map(({ body }) => body)).toEqual(answers.map(() => counts({ added: 1 })));
    expect(await bed.rows.audiences('crowd')).toHaveLength(1);
    expect(await bed.rows.segments('crowd')).toEqual(['Crowd']);
    expect(await bed.rows.memberships('crowd')).toHaveLength(12);
  });
});

describe('the kind of an audience', () => {
  it('keeps accounts and users of one computation apart', async () => {
    const events = [group({ key: 'buyers', groupId: 'acct_42' }), identify({ key: 'buyers' })];
    expect((await bed.send(events, { destination: 'accounts' })).body).toEqual(
      counts({ added: 2 }),
    );
    const audiences = await bed.rows.audiences('accounts');
    expect(audiences.map((a) => [a.computation_id, a.context_kind, a.attribute])).toEqual(
      expect.arrayContaining([
        ['aud_buyers', 'account', 'account'],
        ['aud_buyers', 'user', 'Identifier'],
      ]),
    );
    expect(new Set(audiences.map((a) => a.slug))).toEqual(new Set(['buyers', 'buyers_2']));
    const ofAccounts = audiences.find((a) => a.context_kind === 'account');
    const valueFor = async (user: object): Promise<unknown> =>
      (await bed.evaluate(`audience_${ofAccounts?.slug}`, user)).body;
    await expect
      .poll(() => valueFor({ Identifier: 'somebody', account: 'acct_42' }), PATIENCE)
      .toMatchObject({ value: true });
    expect(await valueFor({ Identifier: 'acct_42' })).toMatchObject({ value: false });
  });

  it('matches numbers as the texts they read', async () => {
    await bed.send(identify({ key: 'numbers', userId: 7 }));
    await bed.sees('audience_numbers', '7', true);
    const { body } = await bed.evaluate('audience_numbers', { Identifier: 7 });
    expect(body).toMatchObject({ value: true });
  });

  it('matches addresses on Email, where they are the keys', async () => {
    await bed.send(identify({ key: 'mailed', userId: 'x' }), { destination: 'mails' });
    const evaluated = async (user: object): Promise<unknown> =>
      (await bed.evaluate('audience_mailed', user)).body;
    await expect
      .poll(() => evaluated({ Identifier: 'y', Email: 'user@example.com' }), PATIENCE)
      .toMatchObject({ value: true });
    expect(await evaluated({ Identifier: 'user@example.com' })).toMatchObject({ value: false });
  });

  it('matches members on the attribute of the context kind', async () => {
    await bed.send(identify({ key: 'devices', userId: 'd1' }), { destination: 'devices' });
    expect(await bed.rows.audiences('devices')).toMatchObject([
      { context_kind: 'device', attribute: 'device' },
    ]);
  });
});
