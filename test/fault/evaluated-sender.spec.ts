import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EvaluatedEvents } from '../../src/analytics/evaluated-events.js';
import { EvaluatedQueue } from '../../src/analytics/evaluated-queue.js';
import { EvaluatedSender } from '../../src/analytics/evaluated-sender.js';
import { TrackingClient } from '../../src/analytics/tracking-client.js';
import type { Evaluation } from '../../src/evaluation/evaluation.js';
import { eventually } from '../support/eventually.js';
import { TrackingApi } from '../support/tracking-api.js';

const ON: Evaluation = {
  value: true,
  variationId: 'v_on',
  matchedRuleIndex: undefined,
  matchedOptionIndex: undefined,
  json: '',
};
const SETTINGS = { enabled: true, sampleRate: 1, repeatAfter: 3_600_000, anonymous: 'random' };

describe('evaluations on their way to Segment', () => {
  let api: TrackingApi;
  beforeEach(async () => {
    api = await TrackingApi.start();
  });
  afterEach(() => api.stop());

  function sender({ events = 100_000, patience = 5_000, timeout = 10_000 } = {}) {
    const errors: string[] = [];
    const returns: number[] = [];
    const queue = new EvaluatedQueue({ events, units: 2 ** 24 });
    const seen = new EvaluatedEvents({ ...SETTINGS, anonymous: 'random' }, queue);
    const sending = new EvaluatedSender({
      events: seen,
      client: new TrackingClient({ writeKey: 'wk', host: api.url, proxyUrl: undefined, timeout }),
      sameness: { repeatAfter: SETTINGS.repeatAfter, writeKey: 'wk' },
      onError: (error) => errors.push(error instanceof Error ? error.message : String(error)),
      onBack: () => returns.push(errors.length),
      patience,
    });
    onTestFinished(() => sending.stop());
    const see = (count: number, user: object = {}): void => {
      for (let n = 0; n < count; n += 1) {
        seen.saw('sdk', 'flag', ON, { Identifier: `user_${n}`, ...user });
      }
    };
    return { sending, see, totals: seen.totals, errors, returns };
  }

  const arrived = (): readonly (string | undefined)[] =>
    api.requests.flatMap(({ events }) => events.map(({ messageId }) => messageId));

  it.each([
    ['500', [500, 503]],
    ['429 with a time', [{ status: 429, retryAfter: '1' }]],
    ['429 without a time', [429]],
    ['a redirect, which is no answer of Segment', [301]],
    ['401', [401]],
    ['an end of the connection', ['reset' as const, 'reset' as const]],
  ])('are sent again after %s, and are each one', async (_name, answers) => {
    const { sending, see, totals, errors, returns } = sender();
    api.answerNext(...answers);
    see(20);
    sending.start();
    await eventually(() => expect(api.events).toHaveLength(20));
    expect(arrived()).toHaveLength(20 * (answers.length + 1));
    await eventually(() => expect(totals.sent).toBe(20));
    expect(totals).toMatchObject({ dropped: 0, refused: 0, isFailing: false });
    expect(errors).toHaveLength(answers.length);
    // Told once, after the last of them.
    expect(returns).toEqual([answers.length]);
  });

  it('are sent again after an answer that never came', async () => {
    const { sending, see, totals } = sender({ timeout: 300 });
    api.answerNext('hang');
    see(5);
    sending.start();
    await eventually(() => expect(totals.sent).toBe(5));
    expect(api.events).toHaveLength(5);
  });

  it('wait as long as Segment asks', async () => {
    const { sending, see } = sender();
    api.answerNext({ status: 429, retryAfter: '2' });
    see(1);
    sending.start();
    await eventually(() => expect(api.requests).toHaveLength(1));
    const asked = performance.now();
    await eventually(() => expect(api.requests).toHaveLength(2));
    expect(performance.now() - asked).toBeGreaterThan(1_900);
  });

  it('that Segment refuses are counted and not sent again, and cost none beside them', async () => {
    const { sending, see, totals, errors } = sender();
    api.refuse(({ userId }) => userId === 'user_37' || userId === 'user_38');
    see(90);
    sending.start();
    await eventually(() => expect(totals).toMatchObject({ sent: 88, refused: 2 }));
    expect(api.events).toHaveLength(88);
    expect(api.requests.length).toBeLessThan(30);
    expect(errors).toEqual(Array(2).fill('Segment answered 400 to 1 of them'));
    // Segment is well, and said so.
    expect(totals.isFailing).toBe(false);
    see(91);
    await eventually(() => expect(totals.sent).toBe(89));
  });

  it('are divided no further where Segment refuses whatever comes', async () => {
    const { sending, see, totals } = sender();
    api.answerAlways(400);
    see(500);
    sending.start();
    await eventually(() => expect(totals.refused).toBe(500));
    expect(api.requests.length).toBeLessThan(60);
  });

  it('are sent again where a part of a refused request fails', async () => {
    const { sending, see, totals } = sender();
    api.answerNext(400, 200, 500);
    see(10);
    sending.start();
    await eventually(() => expect(totals.sent).toBe(10));
    expect(api.events).toHaveLength(10);
    expect(sending.queued).toBe(0);
  });

  it('are taken for sent by the status, whatever the body', async () => {
    const { sending, see, totals } = sender();
    api.answerBody('x'.repeat(1_000_000));
    see(3);
    sending.start();
    await eventually(() => expect(totals.sent).toBe(3));
    expect(api.requests).toHaveLength(1);
  });

  it('take no more memory than their bound while Segment is away: the rest is counted', async () => {
    const { sending, see, totals } = sender({ events: 50 });
    api.answerAlways(500);
    sending.start();
    see(200);
    expect(totals.dropped).toBe(150);
    expect(sending.queued).toBe(50);
    // Nor is one that was dropped taken for one that was told.
    api.answerAlways(200);
    await eventually(() => expect(totals.sent).toBe(50));
    see(100);
    await eventually(() => expect(totals.sent).toBe(100));
  });

  it('keep 32 KB an event and 500 KB a request, with users however large', async () => {
    const { sending, see, totals } = sender();
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`attribute_${n}`, n]));
    const list = Array.from({ length: 9_000 }, (_, n) => `item ${n}`);
    const users = [
      { bio: 'é'.repeat(200_000), Country: 'HU' },
      { list },
      wide,
      { ['name '.repeat(50_000)]: 1 },
      { quotes: '"\\\u0000'.repeat(60_000) },
    ];
    for (const [n, user] of users.entries()) see(60, { ...user, Identifier: `large ${n}` });
    for (let n = 0; n < 60; n += 1) see(1, { ...wide, Identifier: `wide ${n}` });
    sending.start();
    await eventually(() => expect(totals.sent).toBe(65));
    const sizes = api.requests.flatMap(({ events }) =>
      events.map((event) => Buffer.byteLength(JSON.stringify(event))),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(32_000);
    expect(Math.max(...api.requests.map(({ bytes }) => bytes))).toBeLessThanOrEqual(500_000);
    expect(api.requests.length).toBeGreaterThan(1);
    const [bio, shortList, many] = api.events.map(({ properties }) => properties);
    expect(bio).toMatchObject({
      user: { Country: 'HU', bio: `${'é'.repeat(300)}…` },
      user_cut: '1 shortened, 0 left out',
    });
    expect(shortList?.['user']).toMatchObject({
      list: [...list.slice(0, 20), '… 8980 more'],
    });
    expect(many?.['user_cut']).toMatch(/^0 shortened, \d+ left out$/);
  });

  it('whose user can have no event are counted, and cost none beside them', async () => {
    const { sending, see, totals } = sender();
    see(1, { Identifier: 'i'.repeat(40_000) });
    see(2);
    sending.start();
    await eventually(() => expect(totals).toMatchObject({ sent: 2, refused: 1 }));
  });

  it('are sent at the end, all that wait', async () => {
    const { sending, see, totals } = sender();
    see(3_000);
    await sending.stop();
    expect(totals).toMatchObject({ sent: 3_000, dropped: 0 });
    expect(api.events).toHaveLength(3_000);
  });

  it('are sent at the end though Segment fails at first', async () => {
    const { sending, see, totals } = sender();
    api.answerNext(500);
    see(3);
    await sending.stop();
    expect(totals).toMatchObject({ sent: 3, dropped: 0 });
  });

  it('end in time where Segment does not answer: what is left is dropped and counted', async () => {
    const { sending, see, totals, errors } = sender({ patience: 500 });
    api.answerAlways('hang');
    see(30);
    sending.start();
    await eventually(() => expect(api.requests).toHaveLength(1));
    const start = performance.now();
    await Promise.all([sending.stop(), sending.stop()]);
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(totals).toMatchObject({ sent: 0, dropped: 30 });
    expect(errors.at(-1)).toBe('30 events were dropped at the end');
  });
});
