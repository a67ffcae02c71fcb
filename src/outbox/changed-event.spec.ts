import { describe, expect, it } from 'vitest';
import { changedEvent, type ChangedEvent } from './changed-event.js';

const change = {
  scope: 'app',
  subject: 'flag',
  fromVersion: 1,
  toVersion: 2,
  details: 'It changed.',
  place: { product_id: 'p', product_name: 'P', url: 'https://sync.example' },
  actor: undefined,
};

const byAda = (email: string | undefined): ChangedEvent =>
  changedEvent({ ...change, actor: { name: 'Ada', email } });

describe('a change as it waits', () => {
  it('is by one id where nobody is known, so that Segment bills one user', () => {
    const [one, other] = [changedEvent(change), changedEvent(change)];
    expect(one.identity).toEqual({ anonymousId: 'audience-sync' });
    expect(one.properties).toEqual({ details: 'It changed.', ...change.place });
    expect(one.messageId).not.toBe(other.messageId);
  });

  it('names who did it, with an address where there is one', () => {
    expect(byAda(undefined).identity).toEqual({ userId: 'Ada' });
    expect(byAda(undefined).properties).not.toHaveProperty('user_email');
    expect(byAda('ada@example.com').properties).toMatchObject({
      user_email: 'ada@example.com',
      user_full_name: 'Ada',
    });
  });

  it.each(['€', '"', '\u0000'])('has room in an event, whatever its details are: %j', (unit) => {
    const { properties } = changedEvent({ ...change, details: unit.repeat(15_000) });
    expect(Buffer.byteLength(JSON.stringify(properties))).toBeLessThan(28_000);
    expect(String(properties['details'])).toMatch(/[^…]… \(cut\)$/);
  });
});
