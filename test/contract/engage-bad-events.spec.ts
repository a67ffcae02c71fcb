import { describe, expect, it } from 'vitest';
import { identify } from '../support/builders.js';
import { TOKEN } from '../support/service.js';
import { counts, TestBed } from '../support/test-bed.js';

const MEGABYTE = 1_048_576;
/** A row that fails on its data (SQLSTATE 22xxx) in a way that nothing before PostgreSQL notices. */
const REFUSE_POISON = `
  create function refuse_poison() returns trigger language plpgsql as $$
  begin
    if new.member_key = 'poison' then
      raise exception 'refused' using errcode = '22023';
    end if;
    return new;
  end $$`;

const bed = new TestBed({
  engage: {
    destinations: {
      dest: { token: TOKEN },
      deep: { token: TOKEN },
      named: { token: TOKEN },
      large: { token: TOKEN },
      unstorable: { token: TOKEN },
    },
  },
});

describe('A bad event never costs a good one beside it, not in a shared flush either, and is never lost silently', () => {
  it('one that says neither in nor out', async () => {
    const bad = identify({ key: 'beside', userId: 'bad', isMember: 'perhaps' });
    const batch = [
      identify({ key: 'beside', userId: 'a' }),
      bad,
      identify({ key: 'beside', userId: 'b' }),
    ];
    expect(await bed.send(batch)).toMatchObject({
      status: 200,
      body: counts({ added: 2, rejected: 1 }),
    });
    expect((await bed.rows.rejected('dest')).at(-1)).toMatchObject({ payload: bad });
  });

  it('one that PostgreSQL alone refuses, among events of other requests', async () => {
    await bed.rows.query(REFUSE_POISON);
    await bed.rows.query(
      'create trigger poison before insert on membership for each row execute function refuse_poison()',
    );
    const users = Array.from({ length: 40 }, (_, n) => (n === 17 ? 'poison' : `user_${n}`));
    const answers = await Promise.all(
      users.map((userId) => bed.send(identify({ key: 'shared', userId }))),
    );
    await bed.rows.query('drop trigger poison on membership');
    expect(answers.map(({ body }) => body)).toEqual(
      users.map((userId) => counts(userId === 'poison' ? { rejected: 1 } : { added: 1 })),
    );
    expect((await bed.rows.rejected('dest')).at(-1)).toMatchObject({
      reason: 'malformed',
      payload: { userId: 'poison' },
    });
  });

  it.each([101, 50_000])('one that is nested %i deep', async (depth) => {
    const good = identify({ key: `deep_${depth}` });
    const nested = `{"type":"identify","a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const answer = await bed.send(`[${nested},${JSON.stringify(good)}]`, { destination: 'deep' });
    expect(answer).toMatchObject({ status: 200, body: counts({ added: 1, rejected: 1 }) });
    expect((await bed.rows.rejected('deep')).at(-1)).toMatchObject({
      reason: 'malformed',
      payload: depth < 1_000 ? JSON.parse(nested) : null,
      payload_bytes: nested.length,
    });
  });

  it('one with __proto__ for every name it can choose', async () => {
    const named = JSON.stringify(identify({ key: '__proto__', userId: '__proto__' }))
      .replace('"traits":{', '"traits":{"__proto__":true,')
      .replace('"type"', '"__proto__":{"userId":"polluted","type":"delete"},"type"');
    const answer = await bed.send(`[${named},{"__proto__":{"type":"identify"}}]`, {
      destination: 'named',
    });
    expect(answer).toMatchObject({ status: 200, body: counts({ added: 1, rejected: 1 }) });
    expect(await bed.rows.memberships('named')).toEqual([['__proto__', true]]);
    await bed.sees('audience___proto__', '__proto__', true);
    expect(await bed.flag('audience___proto__', 'polluted')).toBe(false);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('one whose member key has 1 MB: it is rejected, and the payload not kept', async () => {
    const huge = identify({ userId: 'k'.repeat(MEGABYTE) });
    const { body } = await bed.send([huge, identify()], { destination: 'large' });
    expect(body).toEqual(counts({ added: 1, rejected: 1 }));
    expect(await bed.rows.rejected('large')).toEqual([
      { reason: 'malformed', payload: null, payload_bytes: JSON.stringify(huge).length },
    ]);
  });

  it('of two keys, one of 1,024 bytes and one of a byte more', async () => {
    const userIds = ['ü'.repeat(512), `${'ü'.repeat(512)}x`];
    const batch = userIds.map((userId) => identify({ userId }));
    expect((await bed.send(batch, { destination: 'large' })).body).toEqual(
      counts({ added: 1, rejected: 1 }),
    );
  });

  it.each([
    ['a NUL in its member key', { userId: 'a\0b' }],
    ['a lone surrogate in its member key', { userId: 'a\ud800' }],
    ['surrogates in the wrong order', { userId: '\udc00\ud800' }],
    ['a NUL in its computation id', { computationId: 'aud\0' }],
    ['a lone surrogate in its computation key', { key: 'k\udfff' }],
  ])('one with %s', async (_name, options) => {
    await bed.rows.query('delete from rejected_event');
    const bad = identify(options);
    const good = identify({ userId: `beside ${JSON.stringify(options)}` });
    const { status, body } = await bed.send([bad, good], { destination: 'unstorable' });
    expect({ status, body }).toEqual({ status: 200, body: counts({ added: 1, rejected: 1 }) });
    expect(await bed.rows.rejected('unstorable')).toMatchObject([
      { reason: 'malformed', payload: bad },
    ]);
  });

  it('one whose key was no UTF-8', async () => {
    const batch = JSON.stringify([identify({ userId: 'b\u00ff' }), identify({ userId: 'good' })]);
    const answer = await bed.send(Buffer.from(batch, 'latin1'), { destination: 'unstorable' });
    expect(answer).toMatchObject({ status: 200, body: counts({ added: 1, rejected: 1 }) });
  });

  it('with emoji, quotes and line breaks in a key, which are good ones', async () => {
    const userId = '👩‍👩‍👧 "quoted"\\{a,b}\n\u2028\ufffd';
    const { body } = await bed.send(identify({ key: 'odd', userId }));
    expect(body).toEqual(counts({ added: 1 }));
    await bed.sees('audience_odd', userId, true);
    expect(await bed.rows.memberships('dest')).toContainEqual([userId, true]);
  });
});
