import { beforeEach, describe, expect, it } from 'vitest';
import { audience, baseConfig, byId, segment } from '../../test/support/definitions.js';
import type { Audience } from '../audiences/audience.js';
import { MembershipIndex } from '../audiences/membership-index.js';
import { compose } from './composition.js';
import { evaluable, memberKey } from './evaluable-config.js';

const VIP = audience(1, { slug: 'vip' });
const MAIL = audience(2, { slug: 'mail', attribute: 'Email' });

/** On for the users of audience `vip`, by the attribute that their app sends. */
const BY_ATTRIBUTE = {
  t: 0,
  v: { b: false },
  i: 'off',
  r: [{ c: [{ u: { a: 'audiences', c: 34, l: ['vip'] } }], s: { v: { b: true }, i: 'on' } }],
};

describe('an evaluable config', () => {
  let index: MembershipIndex;

  beforeEach(() => {
    index = new MembershipIndex();
    index.set(1, 'ada', true);
    index.set(1, '42', true);
    index.set(2, 'ada@example.com', true);
  });

  function make(
    audiences: readonly Audience[] = [VIP, MAIL],
    base = baseConfig({ f: { by_attribute: BY_ATTRIBUTE } }),
  ) {
    const all = byId(...audiences);
    const composition = compose({
      base,
      segments: audiences.map(({ id }) => segment(id)),
      audiences: all,
      audienceFlags: true,
      salt: 'salt',
      publicUrl: undefined,
    });
    return evaluable(composition, {
      audiences: all,
      membershipAttribute: 'audiences',
      index: () => index,
    });
  }
  const isOn = (flag: string, user: Record<string, unknown> | undefined) =>
    make().compiled.evaluate(flag, user).json.includes('"value":true');

  it.each([
    [{ Identifier: 'ada' }, true],
    [{ Identifier: 'Ada' }, false],
    [{ Identifier: 42 }, true],
    [{ Identifier: 'ada ' }, false],
    [{ Identifier: '' }, false],
    [{ Email: 'ada' }, false],
    [undefined, false],
  ])('finds the user %j in an audience: %s', (user, is) => {
    expect(isOn('audience_vip', user)).toBe(is);
  });

  it('matches each audience on its own attribute', () => {
    expect(isOn('audience_mail', { Identifier: 'ada@example.com' })).toBe(false);
    expect(isOn('audience_mail', { Email: 'ada@example.com' })).toBe(true);
  });

  it('sets the membership attribute itself, whatever the request says', () => {
    expect(isOn('by_attribute', { Identifier: 'ada' })).toBe(true);
    expect(isOn('by_attribute', { Identifier: 'bob', audiences: ['vip'] })).toBe(false);
  });

  it('tells the slugs of the audiences that a user is in, sorted, of live ones alone', () => {
    const past = audience(3, { slug: 'past', status: 'archived' });
    index.set(3, 'ada', true);
    const { slugsOf } = make([VIP, MAIL, past]);
    expect(slugsOf({ Identifier: 'ada', Email: 'ada@example.com' })).toEqual(['mail', 'vip']);
    expect(slugsOf({ Identifier: 'bob', audiences: ['vip'] })).toEqual([]);
  });

  it('tells of no user before memberships were loaded', () => {
    const config = evaluable(
      compose({
        base: baseConfig({}),
        segments: [],
        audiences: new Map(),
        audienceFlags: false,
        salt: 'salt',
        publicUrl: undefined,
      }),
      { audiences: new Map(), membershipAttribute: 'audiences', index: () => undefined },
    );
    expect(config.needsMemberships).toBe(false);
    expect(config.slugsOf({ Identifier: 'ada' })).toBeUndefined();
  });

  it('follows the index, not what it was when it was made', () => {
    const config = make();
    index.set(1, 'bob', true);
    expect(config.compiled.evaluate('audience_vip', { Identifier: 'bob' }).json).toContain('true');
  });

  it('knows on which attributes the answer of a flag, or of any, depends', () => {
    const config = make();
    expect(config.memberAttributesOf('audience_vip')).toEqual(new Set(['Identifier']));
    expect(config.memberAttributesOf('audience_mail')).toEqual(new Set(['Email']));
    // It can name any audience.
    expect(config.memberAttributesOf('by_attribute')).toEqual(new Set(['Identifier', 'Email']));
    expect(config.memberAttributesOf('none')).toEqual(new Set());
    expect(config.memberAttributesOf(undefined)).toEqual(new Set(['Identifier', 'Email']));
  });

  it('needs no memberships where nothing reads them', () => {
    expect(make([], baseConfig()).needsMemberships).toBe(false);
    expect(make([]).needsMemberships).toBe(true);
    expect(make().needsMemberships).toBe(true);
  });

  it.each([
    ['a text', 'x', 'x'],
    ['a number', -0, '0'],
    ['an empty text', '', undefined],
    ['a list', ['x'], undefined],
    ['nothing', undefined, undefined],
  ])('compares %s as the member key %s', (_name, value, key) => {
    expect(memberKey({ Identifier: value }, 'Identifier')).toBe(key);
  });

  it('reads own attributes alone', () => {
    expect(memberKey({}, 'constructor')).toBeUndefined();
    expect(memberKey(JSON.parse('{"__proto__":"x"}'), '__proto__')).toBe('x');
  });
});
