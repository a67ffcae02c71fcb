import { describe, expect, it } from 'vitest';
import { eventCases, type EventCase } from '../fixtures/engage/fixtures.js';
import { counts, PATIENCE, TestBed } from '../support/test-bed.js';
import { TOKEN } from '../support/service.js';

interface Trial {
  readonly name: string;
  readonly event: unknown;
  readonly given: readonly unknown[];
  /** `added`, or `added acct_42` where the member is said. */
  readonly outcome: string;
  readonly expected: EventCase['expected'];
  /** Options of the destination. */
  readonly under: Readonly<Record<string, string>>;
}

const VARIANTS = [
  ['withContextKey', 'context_key'],
  ['withGroupEvents', 'group_events'],
  ['withMembership', 'membership'],
  ['withJourneySteps', 'journey_steps'],
] as const;

const trials = eventCases.flatMap((c): readonly Trial[] => {
  const { name, event, expected } = c;
  if (Array.isArray(event)) return [];
  const trial = { name, event, given: givenOf(c), expected };
  return [
    { ...trial, outcome: expected.outcome ?? '', under: {} },
    ...VARIANTS.flatMap(([variant, option]) =>
      Object.entries(expected[variant] ?? {}).map(([value, outcome]) => ({
        ...trial,
        outcome,
        under: { [option]: value },
      })),
    ),
  ];
});
/** Each trial has a destination of its own, which is as good as an empty database. */
const numbered = trials.map((trial, index) => ({ ...trial, destination: `trial-${index}` }));
const GROUPS = ['by-user', 'by-email', 'order', 'order-two', 'twice', 'twice-two'];

const bed = new TestBed({
  engage: {
    destinations: Object.fromEntries([
      ...numbered.map(({ destination, under }) => [destination, { token: TOKEN, ...under }]),
      ...GROUPS.map((id) => [id, { token: TOKEN }]),
      ['by-email', { token: TOKEN, context_key: 'email_only' }],
    ]),
  },
});

function givenOf({ given }: EventCase): readonly unknown[] {
  const before = eventCases.find((c) => c.name === given);
  return before === undefined ? [] : [...givenOf(before), before.event];
}

function eventNamed(name: string): unknown {
  return eventCases.find((c) => c.name === name)?.event;
}

function eventsNamed(name: string): readonly unknown[] {
  return [eventNamed(name)].flat();
}

/** What the destination's only audience evaluates to for this member. */
async function expectFlag(destination: string, member: string, value: boolean): Promise<void> {
  const [audience] = await bed.rows.audiences(destination);
  await bed.sees(`audience_${audience?.slug}`, member, value);
}

describe('an event that Segment sends', () => {
  const entered = numbered.filter(({ outcome }) => outcome.startsWith('added'));
  it.each(entered)('$name $under: $outcome', async (trial) => {
    const { destination, event, expected, outcome } = trial;
    const member = outcome.split(' ')[1] ?? expected.member ?? keyOf(event);
    expect(await bed.send(event, { destination })).toMatchObject({
      status: 200,
      body: counts({ added: 1 }),
    });
    const [audience, ...others] = await bed.rows.audiences(destination);
    expect(others).toEqual([]);
    expect(audience).toMatchObject(expected.audience ? { computation_id: expected.audience } : {});
    expect(await bed.rows.memberships(destination)).toEqual([[member, true]]);
    expect(await bed.rows.changes(destination)).toEqual([[member, true]]);
    const flag = `audience_${audience?.slug}`;
    const evaluated = async (): Promise<unknown> =>
      (await bed.evaluate(flag, { [audience?.attribute ?? '']: member })).body;
    await expect.poll(evaluated, PATIENCE).toMatchObject({ value: true });
  });

  const left = numbered.filter((t) => t.outcome === 'removed' && t.given.length > 0);
  it.each(left)('$name: $outcome', async (trial) => {
    const { destination, event, given, expected } = trial;
    const member = expected.member ?? '';
    await bed.send(given, { destination });
    await expectFlag(destination, member, true);
    expect(await bed.send(event, { destination })).toMatchObject({
      status: 200,
      body: counts({ removed: 1 }),
    });
    expect(await bed.rows.memberships(destination)).toEqual([[member, false]]);
    expect(await bed.rows.changes(destination)).toEqual([
      [member, true],
      [member, false],
    ]);
    await expectFlag(destination, member, false);
  });

  const strangers = numbered.filter((t) => t.outcome === 'removed' && t.given.length === 0);
  it.each(strangers)('$name $under: the leave of a stranger leaves a tombstone', async (trial) => {
    const { destination, event } = trial;
    const { body } = await bed.send(event, { destination });
    expect(body).toEqual(counts({ unchanged: 1 }));
    expect(await bed.rows.memberships(destination)).toEqual([[keyOf(event), false]]);
    expect(await bed.rows.changes(destination)).toEqual([]);
  });

  const kept = numbered.filter(({ outcome }) => outcome === 'rejected');
  it.each(kept)('$name: rejected $expected.reason', async ({ destination, event, expected }) => {
    const { status, body } = await bed.send(event, { destination });
    expect({ status, body }).toEqual({ status: 200, body: counts({ rejected: 1 }) });
    expect(await bed.rows.rejected(destination)).toEqual([
      {
        reason: expected.reason,
        payload: event,
        payload_bytes: Buffer.byteLength(JSON.stringify(event)),
      },
    ]);
    expect(await bed.rows.memberships(destination)).toEqual([]);
  });

  const skipped = numbered.filter(({ outcome }) => outcome === 'skipped');
  it.each(skipped)('$name: skipped, and nothing is kept', async ({ destination, event }) => {
    const { status, body } = await bed.send(event, { destination });
    expect({ status, body }).toEqual({ status: 200, body: counts({ skipped: 1 }) });
    expect(await bed.rows.audiences(destination)).toEqual([]);
    expect(await bed.rows.rejected(destination)).toEqual([]);
  });

  const erased = numbered.filter(({ outcome }) => outcome === 'erased');
  it.each(erased)('$name: erased', async ({ destination, event, given, expected }) => {
    await bed.send(given, { destination });
    await expectFlag(destination, expected.member ?? '', true);
    expect((await bed.send(event, { destination })).body).toEqual(counts({ erased: 1 }));
    expect(await bed.rows.memberships(destination)).toEqual([]);
    await expectFlag(destination, expected.member ?? '', false);
  });

  it('has every case of the fixtures in one of these tests', () => {
    const tested = [...entered, ...left, ...strangers, ...kept, ...skipped, ...erased];
    expect(tested).toHaveLength(numbered.length);
    expect(trials.filter(({ under }) => Object.keys(under).length > 0)).toHaveLength(5);
  });
});

describe('events of one request', () => {
  it('fanout_two_emails_same_user: added once by userId', async () => {
    const { body } = await bed.send(eventsNamed('fanout_two_emails_same_user'), {
      destination: 'by-user',
    });
    expect(body).toEqual(counts({ added: 1, unchanged: 1 }));
    expect(await bed.rows.memberships('by-user')).toEqual([['user_1', true]]);
  });

  it('fanout_two_emails_same_user: added twice with context_key email_only', async () => {
    const { body } = await bed.send(eventsNamed('fanout_two_emails_same_user'), {
      destination: 'by-email',
    });
    expect(body).toEqual(counts({ added: 2 }));
    expect(await bed.rows.audiences('by-email')).toMatchObject([{ attribute: 'Email' }]);
    expect(await bed.rows.memberships('by-email')).toEqual([
      ['a@example.com', true],
      ['b@example.com', true],
    ]);
  });

  it('out_of_order_exit_then_older_enter: not a member', async () => {
    const events = eventsNamed('out_of_order_exit_then_older_enter');
    const { body } = await bed.send(events, { destination: 'order' });
    expect(body).toEqual(counts({ unchanged: 1, stale: 1 }));
    expect(await bed.rows.memberships('order')).toEqual([['user_9', false]]);
    await expectFlag('order', 'user_9', false);
  });

  it('duplicate_message: a member, one change recorded', async () => {
    const { body } = await bed.send(eventsNamed('duplicate_message'), { destination: 'twice' });
    expect(body).toEqual(counts({ added: 1, unchanged: 1 }));
    expect(await bed.rows.changes('twice')).toEqual([['user_1', true]]);
    await expectFlag('twice', 'user_1', true);
  });
});

describe('the same events, each in a request of its own', () => {
  it('out_of_order_exit_then_older_enter: not a member', async () => {
    const answers = [];
    for (const event of eventsNamed('out_of_order_exit_then_older_enter')) {
      answers.push((await bed.send(event, { destination: 'order-two' })).body);
    }
    expect(answers).toEqual([counts({ unchanged: 1 }), counts({ stale: 1 })]);
    await expectFlag('order-two', 'user_9', false);
  });

  it('duplicate_message: a member, one change recorded', async () => {
    const answers = [];
    for (const event of eventsNamed('duplicate_message')) {
      answers.push((await bed.send(event, { destination: 'twice-two' })).body);
    }
    expect(answers).toEqual([counts({ added: 1 }), counts({ unchanged: 1 })]);
    expect(await bed.rows.changes('twice-two')).toEqual([['user_1', true]]);
  });
});

function keyOf(event: unknown): string {
  const { userId, anonymousId }: { userId?: string; anonymousId?: string } = Object(event);
  return userId ?? anonymousId ?? '';
}
