import { describe, expect, it } from 'vitest';
import type { DestinationSettings } from '../../src/engage/destination-settings.js';
import type { Interpreted } from '../../src/engage/interpreted.js';
import { keepNewest } from '../../src/engage/keep-newest.js';
import { interpretEvent } from '../../src/engage/membership-event.js';
import { eventCases, type EventCase } from '../fixtures/engage/fixtures.js';

const DEFAULTS: DestinationSettings = {
  contextKind: 'user',
  contextKey: 'user_id_only',
  membership: 'strict',
  groupEvents: 'ignore',
  journeySteps: 'reject',
};
const RECEPTION = { arrival: Date.UTC(2026, 0, 1) * 1000, lossy: false };

function interpret(event: unknown, settings: Partial<DestinationSettings> = {}): Interpreted {
  return interpretEvent(event, { ...DEFAULTS, ...settings }, RECEPTION);
}

/** The words of the fixtures for what one event alone does on an empty database. */
function outcomeOf(interpreted: Interpreted): string {
  if (interpreted.kind === 'membership') return interpreted.isMember ? 'added' : 'removed';
  return interpreted.kind === 'erase' ? 'erased' : interpreted.kind;
}

const single = eventCases.filter(
  (c) => !Array.isArray(c.event) && c.expected.outcome !== undefined,
);
const variants: readonly [keyof EventCase['expected'], keyof DestinationSettings][] = [
  ['withContextKey', 'contextKey'],
  ['withGroupEvents', 'groupEvents'],
  ['withMembership', 'membership'],
  ['withJourneySteps', 'journeySteps'],
];
const withSettings = single.flatMap((c) =>
  variants.flatMap(([variant, setting]) =>
    Object.entries(c.expected[variant] ?? {}).map(([value, outcome]) => ({
      name: c.name,
      event: c.event,
      settings: { [setting]: value },
      value,
      outcome,
    })),
  ),
);

describe('an event of Engage', () => {
  it.each(single)('$name is $expected.outcome', ({ event, expected }) => {
    const interpreted = interpret(event);
    const { reason, member: memberKey, audience: computationId } = expected;
    const named = Object.entries({ reason, memberKey, computationId });
    expect(outcomeOf(interpreted)).toBe(expected.outcome);
    expect(interpreted).toMatchObject(Object.fromEntries(named.filter(([, value]) => value)));
  });

  it.each(withSettings)('$name under $value is $outcome', ({ event, settings, outcome }) => {
    const [expected, memberKey] = outcome.split(' ');
    const interpreted = interpret(event, settings);
    expect(outcomeOf(interpreted)).toBe(expected);
    expect(interpreted).toMatchObject(memberKey === undefined ? {} : { memberKey });
  });

  it('has every variant of the fixtures tested', () => {
    expect(withSettings.map((variant) => variant.value)).toEqual([
      'user_id_then_anonymousId',
      'account',
      'lenient',
      'enter',
      'lenient',
    ]);
  });

  it('is one member by user id, two by email, where a user has two addresses', () => {
    const fanout = eventCases.find((c) => c.name === 'fanout_two_emails_same_user')?.event;
    const keys = (contextKey: string): unknown[] =>
      [fanout].flat().map((event) => interpret(event, { contextKey }));
    expect(keys('user_id_only')).toMatchObject([{ memberKey: 'user_1' }, { memberKey: 'user_1' }]);
    expect(keys('email_only')).toMatchObject([
      { memberKey: 'a@example.com' },
      { memberKey: 'b@example.com' },
    ]);
  });

  it.each([
    ['out_of_order_exit_then_older_enter', { isMember: false }, ['stale']],
    ['duplicate_message', { isMember: true }, ['unchanged']],
  ])('%s leaves one row of the two', (name, expected, others) => {
    const events = [eventCases.find((c) => c.name === name)?.event].flat();
    const rows = events.map((event) => interpret(event)).filter((r) => r.kind === 'membership');
    const { kept, stale, unchanged } = keepNewest(rows.map((r) => ({ ...r, audienceId: 1 })));
    expect(kept).toMatchObject([expected]);
    expect([...stale.map(() => 'stale'), ...unchanged.map(() => 'unchanged')]).toEqual(others);
  });

  it('is tested for every case of the fixtures', () => {
    const groups = eventCases.filter((c) => !single.includes(c)).map((c) => c.name);
    expect(groups).toEqual([
      'fanout_two_emails_same_user',
      'out_of_order_exit_then_older_enter',
      'duplicate_message',
    ]);
  });
});
