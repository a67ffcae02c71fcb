import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { RejectedEvents } from '../../src/engage/rejected-events.js';
import { identify } from '../support/builders.js';
import { testDatabase } from '../support/template.js';
import { counts, TestBed } from '../support/test-bed.js';

const DAY_MS = 86_400_000;
const bed = new TestBed();

describe('a rejected event', () => {
  it('is kept with its reason and as it was', async () => {
    const event = identify({ isMember: 'perhaps', over: { 'odd key': [1.5, null, 'ü\u0000'] } });
    expect((await bed.send(event)).body).toEqual(counts({ rejected: 1 }));
    expect(
      await bed.rows.query('select detail, payload::text as payload from rejected_event'),
    ).toEqual([{ detail: 'the membership is no boolean', payload: JSON.stringify(event) }]);
  });

  it.each([
    ['at 64 KB', 65_536, true],
    ['over 64 KB', 65_537, false],
  ])('%s: of %j bytes the payload is kept: %j', async (_name, bytes, isKept) => {
    const event = { type: 'identify', padding: '' };
    const padding = 'x'.repeat(bytes - JSON.stringify({ ...event, timestamp: 'never' }).length);
    const sent = { ...event, padding, timestamp: 'never' };
    expect((await bed.send(sent)).body).toEqual(counts({ rejected: 1 }));
    expect((await bed.rows.rejected('dest')).at(-1)).toEqual({
      reason: 'malformed',
      payload: isKept ? sent : null,
      payload_bytes: bytes,
    });
  });
});

describe('rejected events', () => {
  let database: Database;
  beforeAll(async () => {
    database = testDatabase(bed.databaseUrl);
    await database.connect();
    await database.query('delete from rejected_event');
  });
  afterAll(() => database.close());

  function at(daysAgo: number, reason: string): Promise<unknown> {
    return database.query(
      `insert into rejected_event (destination, reason, detail, received_at, payload_bytes, identifiers)
       values ('purged', $2, '', now() - $1 * interval '1 day', 0, '{}')`,
      [daysAgo, reason],
    );
  }

  it('go when they are too old, then the oldest that are too many', async () => {
    for (const [daysAgo, reason] of [
      [9, 'old'],
      [8, 'old'],
      [3, 'third'],
      [2, 'second'],
      [1, 'newest'],
    ] as const) {
      await at(daysAgo, reason);
    }
    const events = new RejectedEvents(database, { rejectedFor: 7 * DAY_MS, rejectedMax: 2 });
    expect(await events.purge()).toEqual({ old: 2, surplus: 1 });
    const kept = await bed.rows.rejected('purged');
    expect(kept.map(({ reason }) => reason)).toEqual(['second', 'newest']);
  });

  it('stay while they are neither', async () => {
    const events = new RejectedEvents(database, { rejectedFor: 7 * DAY_MS, rejectedMax: 2 });
    expect(await events.purge()).toEqual({ old: 0, surplus: 0 });
  });
});
