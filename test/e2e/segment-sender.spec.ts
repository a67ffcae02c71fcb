import { describe, expect, it } from 'vitest';
import { identify, track } from '../support/builders.js';
import {
  createAudience,
  getAudience,
  sendBatch,
  sendSingle,
  type SenderOptions,
} from '../support/segment-sender.js';
import { SECRET, TOKEN } from '../support/service.js';
import { counts, TestBed } from '../support/test-bed.js';

const DESTINATIONS = ['webhook', 'webhook-audiences', 'webhook-extensible'] as const;
const METHODS = ['POST', 'PUT', 'PATCH'] as const;
const LATER = '2024-05-03T20:00:00.000Z';

const trials = DESTINATIONS.flatMap((sender, index) =>
  [SECRET, undefined].map((sharedSecret) => ({
    sender,
    sharedSecret,
    method: METHODS[index],
    id: `${sender}-${sharedSecret === undefined ? 'plain' : 'signed'}`,
  })),
);
const bed = new TestBed({
  engage: {
    destinations: Object.fromEntries([
      ...trials.map(({ id, sharedSecret }) => [
        id,
        { token: TOKEN, ...(sharedSecret !== undefined && { shared_secrets: [sharedSecret] }) },
      ]),
      ['extras', { token: TOKEN, shared_secrets: [SECRET] }],
      ['audiences', { token: TOKEN }],
    ]),
  },
});

/** As Segment's workspace has it: the URL, and the token in a header. */
function settings(id: string, rest: Partial<SenderOptions> = {}): SenderOptions {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return { url: `${bed.base}/engage/${id}/events`, headers, ...rest };
}

function countsOf(answers: readonly { readonly body: string }[]): unknown[] {
  return answers.map(({ body }): unknown => JSON.parse(body));
}

describe.each(trials)("Segment's own $id", ({ sender, sharedSecret, method, id }) => {
  const secret = sharedSecret === undefined ? {} : { sharedSecret };

  it('keeps the membership right, event by event and in batches', async () => {
    const key = id.replaceAll('-', '_');
    const options = settings(id, { ...secret, ...(method !== undefined && { method }) });
    const entered = ['ada', 'bea', 'carl'].map((userId) => identify({ key, userId }));
    const left = track({ key, userId: 'ada', isMember: false, at: LATER });
    const late = identify({ key, userId: 'ada' });
    expect(countsOf(await sendBatch(sender, entered, options))).toEqual([counts({ added: 3 })]);
    expect(countsOf(await sendSingle(sender, [left, late], options))).toEqual([
      counts({ removed: 1 }),
      counts({ stale: 1 }),
    ]);
    expect(await bed.rows.memberships(id)).toEqual([
      ['ada', false],
      ['bea', true],
      ['carl', true],
    ]);
    await bed.sees(`audience_${key}`, 'bea', true);
    expect(await bed.flag(`audience_${key}`, 'ada')).toBe(false);
  });

  it('is told of a wrong token', async () => {
    const options = settings(id, { ...secret, headers: { authorization: 'Bearer wrong' } });
    const [answer] = await sendBatch(sender, [identify()], options);
    expect(answer?.status).toBe(401);
  });
});

describe("Segment's own webhook-audiences", () => {
  it('may merge extras of new names, but none over a field', async () => {
    const events = [identify({ key: 'extras' }), identify({ key: 'extras', userId: 'user_2' })];
    const options = settings('extras', { sharedSecret: SECRET });
    const good = { ...options, extras: { env: 'prod', 'sp<ce': [1.5, '\u2028'] } };
    const bad = { ...options, extras: { type: 'overridden' } };
    const sent = await sendBatch('webhook-audiences', events, good);
    expect(countsOf(sent)).toEqual([counts({ added: 2 })]);
    const [refused] = await sendBatch('webhook-audiences', events, bad);
    expect(refused?.status).toBe(401);
    expect(await bed.rows.rejected('extras')).toMatchObject([
      { reason: 'bad_signature' },
      { reason: 'bad_signature' },
    ]);
  });

  it('makes and finds its audience, and binds it by its events', async () => {
    const base = `${bed.base}/engage/audiences/audiences`;
    const externalId = await createAudience('Made by Segment', { url: `${base}?token=${TOKEN}` });
    const url = `${base}/lookup?token=${TOKEN}`;
    expect(await getAudience(externalId, { url })).toBe(externalId);
    await expect(getAudience('seg_42', { url })).rejects.toThrow('Not Found');
    const event = identify({ key: 'made', personas: { external_audience_id: externalId } });
    await sendSingle('webhook-audiences', [event], settings('audiences'));
    expect(await bed.rows.audiences('audiences')).toMatchObject([
      { id: externalId, name: 'Made by Segment', slug: 'made' },
    ]);
  });
});
