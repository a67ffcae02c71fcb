import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MembershipStore, type MembershipEvent } from '../../src/audiences/membership-store.js';
import type { Database } from '../../src/database/database.js';
import { keepNewest } from '../../src/engage/keep-newest.js';
import { insertAudience } from '../support/audiences.js';
import {
  createTestDatabase,
  startInstalledPostgres,
  type TestDatabase,
} from '../support/postgres.js';
import { testDatabase } from '../support/template.js';
import type { TestServer } from '../support/test-server.js';

interface Step {
  readonly member: number;
  readonly isMember: boolean;
  readonly at: number;
}

const BASE = 1_700_000_000_000_000;

/** Few members and few moments, so that repetitions, ties and late events are the rule. */
const step = fc.record({
  member: fc.nat(5),
  isMember: fc.boolean(),
  at: fc.nat(8),
});

/** What must come of the events, whatever their order: the newest, at one time the leave. */
class Model {
  private readonly newest = new Map<number, Step>();

  apply(event: Step): void {
    const known = this.newest.get(event.member);
    if (
      known === undefined ||
      event.at > known.at ||
      (event.at === known.at && known.isMember && !event.isMember)
    ) {
      this.newest.set(event.member, event);
    }
  }

  get state(): Record<string, { isMember: boolean; at: number }> {
    return Object.fromEntries(
      [...this.newest].map(([member, { isMember, at }]) => [`user_${member}`, { isMember, at }]),
    );
  }
}

describe.each([18, 15])('memberships in PostgreSQL %i', (major) => {
  let server: TestServer | undefined;
  let installed: TestDatabase | undefined;
  let database: Database;
  let store: MembershipStore;

  beforeAll(async () => {
    if (major === 18) {
      installed = await createTestDatabase();
    } else {
      server = await startInstalledPostgres(major);
      installed = server && (await createTestDatabase(server.url));
    }
    if (installed === undefined) return;
    database = testDatabase(installed.url);
    await database.connect();
    store = new MembershipStore(database);
  });
  afterAll(async () => {
    await database?.close();
    await installed?.drop();
    await server?.stop();
  });

  it('converge to the newest event per (audience, member), at the same microsecond to the leave, whatever the order, repetition or batching', async ({
    skip,
  }) => {
    if (installed === undefined) skip(`PostgreSQL ${major} is not installed here`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { maxLength: 6 }),
        async (batches) => {
          const audienceId = await insertAudience(database);
          const model = new Model();
          for (const batch of batches) {
            batch.forEach((event) => model.apply(event));
            const rows = batch.map((event) => toRow(audienceId, event));
            await store.write(keepNewest(rows).kept);
          }
          expect(await readState(database, audienceId)).toEqual(model.state);
          expect(await replayFeed(database, audienceId)).toEqual(membersOf(model));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tell what each event did', async ({ skip }) => {
    if (installed === undefined) skip(`PostgreSQL ${major} is not installed here`);
    const audienceId = await insertAudience(database);
    const write = async (member: number, isMember: boolean, at: number) =>
      (await store.write([toRow(audienceId, { member, isMember, at })]))[0];
    expect(await write(1, true, 5)).toBe('added');
    expect(await write(1, true, 5)).toBe('unchanged');
    expect(await write(1, true, 4)).toBe('stale');
    expect(await write(1, true, 6)).toBe('unchanged');
    expect(await write(1, false, 5)).toBe('stale');
    expect(await write(1, false, 6)).toBe('removed');
    expect(await write(1, true, 6)).toBe('stale');
    expect(await write(2, false, 1)).toBe('unchanged');
    expect(await write(2, true, 0)).toBe('stale');
  });
});

function toRow(audienceId: number, { member, isMember, at }: Step): MembershipEvent {
  return { audienceId, memberKey: `user_${member}`, isMember, eventAt: BASE + at };
}

async function readState(
  database: Database,
  audienceId: number,
): Promise<Record<string, { isMember: boolean; at: number }>> {
  const rows = await database.query<{ member_key: string; is_member: boolean; at: string }>(
    `select member_key, is_member, (extract(epoch from event_at) * 1000000)::bigint as at
     from membership where member_set = $1`,
    [audienceId],
  );
  return Object.fromEntries(
    rows.map((row) => [row.member_key, { isMember: row.is_member, at: Number(row.at) - BASE }]),
  );
}

/** Who is in the audience by the feed alone; throws where a change repeats the state before it. */
async function replayFeed(database: Database, audienceId: number): Promise<Set<string>> {
  const rows = await database.query<{ member_keys: string[]; is_members: boolean[] }>(
    'select member_keys, is_members from membership_change where audience_id = $1 order by id',
    [audienceId],
  );
  const members = new Set<string>();
  for (const row of rows) {
    for (const [index, key] of row.member_keys.entries()) {
      const isMember = row.is_members[index] === true;
      expect(members.has(key)).toBe(!isMember);
      if (isMember) members.add(key);
      else members.delete(key);
    }
  }
  return members;
}

function membersOf(model: Model): Set<string> {
  const members = Object.entries(model.state).filter(([, { isMember }]) => isMember);
  return new Set(members.map(([key]) => key));
}
