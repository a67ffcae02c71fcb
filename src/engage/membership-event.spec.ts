import { describe, expect, it } from 'vitest';
import type { DestinationSettings } from './destination-settings.js';
import type { Interpreted } from './interpreted.js';
import { interpretEvent } from './membership-event.js';

const DEFAULTS: DestinationSettings = {
  contextKind: 'user',
  contextKey: 'user_id_only',
  membership: 'strict',
  groupEvents: 'ignore',
  journeySteps: 'reject',
};
const ARRIVAL = Date.UTC(2024, 4, 3, 19, 43, 0) * 1000;
const RECEPTION = { arrival: ARRIVAL, lossy: false };

function interpret(event: unknown, settings: Partial<DestinationSettings> = {}): Interpreted {
  return interpretEvent(event, { ...DEFAULTS, ...settings }, RECEPTION);
}

const personas = {
  computation_class: 'audience',
  computation_id: 'aud_1',
  computation_key: 'vip',
  space_id: 'spa_1',
};
const identify = {
  type: 'identify',
  userId: 'u1',
  timestamp: '2024-05-03T19:42:50.066Z',
  context: { personas },
  traits: { vip: true, email: 'u1@example.com' },
};
const withPersonas = (given: object) => ({
  ...identify,
  context: { personas: { ...personas, ...given } },
});

const step = (traits: object) => ({
  ...withPersonas({ computation_class: 'journey_step' }),
  traits,
});
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('a membership', () => {
  it('carries all that the store needs', () => {
    expect(
      interpret(withPersonas({ external_audience_id: 42 }), { contextKind: 'person' }),
    ).toEqual({
      kind: 'membership',
      computationId: 'aud_1',
      computationKey: 'vip',
      spaceId: 'spa_1',
      externalAudienceId: '42',
      contextKind: 'person',
      memberKey: 'u1',
      isMember: true,
      eventAt: Date.UTC(2024, 4, 3, 19, 42, 50, 66) * 1000,
      clamped: false,
    });
  });

  it('counts from its arrival when its time is more than an hour ahead', () => {
    expect(interpret({ ...identify, timestamp: '9999-12-31T23:59:59Z' })).toMatchObject({
      eventAt: ARRIVAL,
      clamped: true,
    });
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'is read from an own property when the audience is called %s',
    (name) => {
      const event = withPersonas({ computation_key: name });
      const traits: unknown = JSON.parse(`{"${name}":true}`);
      expect(interpret({ ...event, traits })).toMatchObject({ isMember: true });
      expect(interpret(event)).toMatchObject({ reason: 'indeterminate_membership' });
    },
  );

  it('survives __proto__ keys everywhere', () => {
    const text = JSON.stringify(identify).replaceAll('{', '{"__proto__":{"userId":"other"},');
    expect(interpret(JSON.parse(text))).toMatchObject({ kind: 'membership', memberKey: 'u1' });
  });

  it('ignores a space or an external id that could not be stored', () => {
    const event = withPersonas({ space_id: 'a\0', external_audience_id: 'x'.repeat(2000) });
    expect(interpret(event)).toMatchObject({
      kind: 'membership',
      spaceId: undefined,
      externalAudienceId: undefined,
    });
  });
});

describe('the order of the checks', () => {
  it.each([
    ['no object', 7, 'the event is no object'],
    ['an array', [], 'the event is no object'],
    ['null', null, 'the event is no object'],
    ['no type', { userId: 'u1' }, 'type is missing'],
    ['a type that is no text', { ...identify, type: 1 }, 'type is missing'],
    ['an unreadable time', { ...identify, timestamp: '2024-02-30T00:00:00Z' }, 'time'],
    ['a number for a time', { ...identify, timestamp: 1_714_765_370_066 }, 'time'],
    ['a page with an unreadable time', { type: 'page', timestamp: 'soon' }, 'time'],
    ['a deletion with an unreadable time', { type: 'delete', userId: 'u', timestamp: '' }, 'time'],
    ['personas of another form', { ...identify, context: { personas: 'x' } }, 'no object'],
    ['no computation id', withPersonas({ computation_id: undefined }), 'computation_id is missing'],
    ['an empty computation id', withPersonas({ computation_id: '' }), 'computation_id is missing'],
    ['NUL in the computation id', withPersonas({ computation_id: 'a\0' }), 'computation_id holds'],
    [
      'NUL in the computation key',
      withPersonas({ computation_key: '\0' }),
      'computation_key holds',
    ],
    ['NUL in the member', { ...identify, userId: 'a\0b', traits: {} }, 'member key holds'],
    ['a lone surrogate in the member', { ...identify, userId: 'a\ud800' }, 'member key holds'],
    ['a member of 1,025 bytes', { ...identify, userId: `${'é'.repeat(512)}x` }, 'is over'],
    ['a member of 1 MB', { ...identify, userId: 'x'.repeat(2 ** 20) }, 'is over'],
    ['a deletion of NUL', { type: 'delete', userId: '\0' }, 'member key holds'],
  ])('rejects %s as malformed', (_name, event, detail) => {
    expect(interpret(event)).toMatchObject({
      kind: 'rejected',
      reason: 'malformed',
      detail: expect.stringContaining(detail) as unknown,
    });
  });

  it.each([
    ['no personas', { type: 'track', userId: 'u1', properties: { vip: true } }],
    ['null for personas', { ...identify, context: { personas: null } }],
    ['no context', { ...identify, context: null }],
    ['a computed trait', withPersonas({ computation_class: 'trait' })],
    ['a page', { ...identify, type: 'page' }],
    ['a screen', { ...identify, type: 'screen' }],
    ['an alias', { ...identify, type: 'alias' }],
    ['a group', { ...identify, type: 'group' }],
    ['an application’s event with an odd user', { type: 'track', userId: '\0' }],
  ])('skips %s', (_name, event) => {
    expect(interpret(event)).toEqual({ kind: 'skipped', reason: 'not_membership' });
  });

  it.each([
    ['another type', { ...identify, type: 'overridden', userId: null }],
    ['a type in capitals', { ...identify, type: 'Identify' }],
    ['an unknown class', withPersonas({ computation_class: 'cohort' })],
    ['no class', withPersonas({ computation_class: undefined })],
    ['no computation key', withPersonas({ computation_key: undefined })],
    ['no traits', { ...identify, traits: undefined }],
    ['traits that are an array', { ...identify, traits: [true] }],
    ['null', { ...identify, traits: { vip: null } }],
    ['1', { ...identify, traits: { vip: 1 } }],
    ['the text TRUE', { ...identify, traits: { vip: 'TRUE' } }],
    ['the membership in the wrong place', { ...identify, type: 'track' }],
    ['no membership and no identifier', { ...identify, traits: {}, userId: null }],
  ])('rejects %s as indeterminate, never as a leave', (_name, event) => {
    expect(interpret(event, { membership: 'lenient' })).toMatchObject({
      kind: 'rejected',
      reason: 'indeterminate_membership',
    });
  });

  it('takes a nesting of 100 levels, and no more', () => {
    expect(interpret({ ...identify, x: nested(99) })).toMatchObject({ kind: 'membership' });
    expect(interpret({ ...identify, x: nested(100) })).toMatchObject({ reason: 'malformed' });
    expect(interpret({ ...identify, x: nested(500_000) })).toMatchObject({ reason: 'malformed' });
  });

  it('rejects U+FFFD in a key only where the body was no UTF-8', () => {
    const event = { ...identify, userId: 'a\uFFFD' };
    expect(interpret(event)).toMatchObject({ kind: 'membership', memberKey: 'a\uFFFD' });
    expect(interpretEvent(event, DEFAULTS, { arrival: ARRIVAL, lossy: true })).toMatchObject({
      reason: 'malformed',
    });
    expect(interpretEvent(identify, DEFAULTS, { arrival: ARRIVAL, lossy: true })).toMatchObject({
      kind: 'membership',
    });
  });

  it('tells no value of the event in its details', () => {
    const values = [
      { ...identify, userId: 'secret\0' },
      { ...identify, timestamp: 'secret' },
    ];
    for (const event of values) expect(JSON.stringify(interpret(event))).not.toContain('secret');
  });
});

describe('a journey step', () => {
  it('with a boolean is what the boolean says', () => {
    expect(interpret(step({ vip: false }))).toMatchObject({ isMember: false });
    expect(interpret(step({ vip: false }), { journeySteps: 'enter' })).toMatchObject({
      isMember: false,
    });
  });

  it.each([{}, { vip: null }, { vip: 'yes' }, { vip: 'true' }])('with %j entered', (traits) => {
    expect(interpret(step(traits))).toMatchObject({ reason: 'indeterminate_membership' });
    expect(interpret(step(traits), { journeySteps: 'enter' })).toMatchObject({ isMember: true });
  });

  it('that says "false" neither entered nor left, but under lenient left', () => {
    const event = step({ vip: 'false' });
    expect(interpret(event, { journeySteps: 'enter' })).toMatchObject({
      reason: 'indeterminate_membership',
    });
    expect(interpret(event, { journeySteps: 'enter', membership: 'lenient' })).toMatchObject({
      isMember: false,
    });
  });

  it('without a key of its own goes by its id', () => {
    const event = withPersonas({ computation_class: 'journey_step', computation_key: undefined });
    expect(interpret(event, { journeySteps: 'enter' })).toMatchObject({ computationKey: 'aud_1' });
  });
});

describe('an account event', () => {
  const group = { ...identify, type: 'group', groupId: 42, userId: 'u1' };

  it('is about its groupId, in a kind of its own', () => {
    expect(interpret(group, { groupEvents: 'account', contextKey: 'email_only' })).toMatchObject({
      memberKey: '42',
      contextKind: 'account',
    });
  });

  it('without a groupId has no identifier, though it names a user', () => {
    const event = { ...group, groupId: undefined };
    expect(interpret(event, { groupEvents: 'account' })).toMatchObject({ reason: 'no_identifier' });
  });
});

describe('a deletion', () => {
  const deletion = { type: 'delete', userId: 'u1', timestamp: '2024-05-03T19:42:50.066Z' };

  it('erases the user id, at its time', () => {
    expect(interpret(deletion)).toEqual({
      kind: 'erase',
      memberKey: 'u1',
      otherKeys: [],
      eventAt: Date.UTC(2024, 4, 3, 19, 42, 50, 66) * 1000,
      clamped: false,
    });
  });

  it('erases what the context key would have stored, and the user id besides', () => {
    const event = { ...deletion, traits: { email: 'u1@example.com' } };
    expect(interpret(event, { contextKey: 'email_only' })).toMatchObject({
      memberKey: 'u1@example.com',
      otherKeys: ['u1'],
    });
    expect(interpret(event)).toMatchObject({ memberKey: 'u1', otherKeys: [] });
  });

  it('erases the user id where the context key finds nothing', () => {
    expect(interpret(deletion, { contextKey: 'email_only' })).toMatchObject({ memberKey: 'u1' });
  });

  it('without any identifier is rejected', () => {
    expect(interpret({ type: 'delete' })).toMatchObject({ reason: 'no_identifier' });
  });

  it('needs no personas, and is never skipped for them', () => {
    expect(interpret({ ...deletion, context: { personas: {} } })).toMatchObject({ kind: 'erase' });
  });
});
