import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { quietFeed, startFeed } from '../../test/support/feed.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import type { Feed } from './feed.js';
import { ImportHousekeeping } from './import-housekeeping.js';
import { MemberEraser } from './member-eraser.js';
import { MemberImport, type ImportRequest } from './member-import.js';
import { MembershipStore } from './membership-store.js';

const HOUR_US = 3_600_000_000;
const nowUs = () => Date.now() * 1_000;
const ndjson = (...keys: readonly string[]) => keys.map((key) => `${JSON.stringify(key)}\n`);

describe('importing members', () => {
  let testDb: TestDatabase;
  let database: Database;
  let store: MembershipStore;
  let feed: Feed;
  let audienceId: number;
  let replaced: number[];

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    store = new MembershipStore(database);
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  beforeEach(async () => {
    audienceId = await insertAudience(database);
    replaced = [];
    feed = quietFeed(database);
    feed.listen({
      changed: () => {},
      loaded: () => {},
      replaced: (id) => void replaced.push(id),
    });
    await startFeed(feed);
  });
  afterEach(() => feed.stop());

  const run = (
    lines: Iterable<string>,
    { mode = 'replace', format = 'ndjson', strict = false }: Partial<ImportRequest> = {},
  ) =>
    new MemberImport(database, store).run(
      { audienceId, mode, format, strict },
      Readable.from(lines),
    );
  const event = (memberKey: string, isMember: boolean, eventAt = nowUs()) =>
    store.write([{ audienceId, memberKey, isMember, eventAt }]);
  const enter = async (...keys: readonly string[]) => {
    for (const key of keys) await event(key, true, nowUs() - HOUR_US);
  };
  const members = async () => [...(await readMembers(database, audienceId))].toSorted();
  const changes = async () => {
    const rows = await database.query<{ keys: string[]; states: boolean[] }>(
      `select member_keys as keys, is_members as states from membership_change
       where audience_id = $1 order by id`,
      [audienceId],
    );
    return rows.flatMap(({ keys, states }) =>
      keys.map((key, n) => `${states[n] ? '+' : '-'}${key}`),
    );
  };
  /** The replica shows these, and nothing else is in its index for the audience. */
  const replicaShows = async (...keys: readonly string[]) => {
    await eventually(() => {
      expect(keys.filter((key) => feed.index?.has(audienceId, key) !== true)).toEqual([]);
      expect(feed.index?.count(audienceId)).toBe(keys.length);
    });
  };
  const imports = () =>
    database.query<object>('select from member_import where audience_id = $1', [audienceId]);

  it('replaces the members in one step, and tells who entered and left', async () => {
    await enter('ada', 'bob');
    expect(await run(ndjson('bob', 'cy', 'cy', 'dan'))).toEqual({
      received: 4,
      rejected: 0,
      problems: [],
      added: 2,
      removed: 1,
    });
    expect(await members()).toEqual(['bob', 'cy', 'dan']);
    await replicaShows('bob', 'cy', 'dan');
    expect(replaced).toEqual([audienceId]);
    expect(await changes()).toEqual(['+ada', '+bob', '-ada', '+cy', '+dan']);
  });

  it('adds members, and removes none', async () => {
    await enter('ada');
    const result = await run(ndjson('ada', 'bob'), { mode: 'add' });
    expect(result).toMatchObject({ received: 2, added: 1, removed: 0 });
    expect(await members()).toEqual(['ada', 'bob']);
    await replicaShows('ada', 'bob');
    expect(await imports()).toEqual([]);
  });

  it('leaves members with a newer event as they are, whether it came before or meanwhile', async () => {
    await event('ahead', true, nowUs() + HOUR_US / 2);
    await event('gone ahead', false, nowUs() + HOUR_US / 2);
    await enter('old');
    const result = await run(
      (function* () {
        yield* ndjson('gone ahead', 'left meanwhile', 'listed');
      })(),
    );
    expect(result).toMatchObject({ received: 3, added: 2, removed: 1 });
    expect(await members()).toEqual(['ahead', 'left meanwhile', 'listed']);
    // What is older than the import is stale, whoever it is about.
    expect(await event('never seen', true, nowUs() - HOUR_US)).toEqual(['stale']);
    expect(await event('old', true, nowUs() - HOUR_US)).toEqual(['stale']);
    expect(await event('old', true)).toEqual(['added']);
    await replicaShows('ahead', 'left meanwhile', 'listed', 'old');
  });

  it('keeps what is told of its members while they are staged', async () => {
    await enter('stays', 'leaves');
    const body = new Readable({ read() {} });
    const running = new MemberImport(database, store).run(
      { audienceId, mode: 'replace', format: 'ndjson', strict: false },
      body,
    );
    await eventually(async () => expect(await imports()).toHaveLength(1));
    const later = nowUs() + 60_000_000;
    expect(await event('leaves', false, later)).toEqual(['removed']);
    expect(await event('enters', true, later)).toEqual(['added']);
    expect(await event('stays', true, later)).toEqual(['unchanged']);
    body.push(ndjson('leaves', 'listed').join(''));
    body.push(null);
    expect(await running).toMatchObject({ received: 2, added: 1, removed: 0 });
    expect(await members()).toEqual(['enters', 'listed', 'stays']);
    await replicaShows('enters', 'listed', 'stays');
  });

  it('shows no replica half of it, and leaves nothing of the old set in its index', async () => {
    const before = Array.from({ length: 3_000 }, (_, n) => `before_${n}`);
    const after = Array.from({ length: 12_000 }, (_, n) => `after_${n}`);
    await run(ndjson(...before));
    await replicaShows(...before);
    const counts = new Set<number>();
    const over = new AbortController();
    const look = async (): Promise<void> => {
      while (!over.signal.aborted) {
        counts.add(feed.index?.count(audienceId) ?? -1);
        await new Promise(setImmediate);
      }
    };
    const looking = look();
    await run(ndjson(...after));
    await replicaShows(...after);
    over.abort();
    await looking;
    expect([...counts].toSorted((a, b) => a - b)).toEqual([3_000, 12_000]);
    await eventually(async () => {
      await new ImportHousekeeping(database).tidy();
      expect(await imports()).toEqual([]);
    });
    expect(feed.index?.held).toBe(feed.index?.size);
    // Tombstones, in the audience's one set.
    const left = await database.query<object>(
      `select m.member_set = a.member_set as is_current, is_member
       from membership m cross join audience a
       where a.id = $1 and m.member_key like 'before\\_%' group by 1, 2`,
      [audienceId],
    );
    expect(left).toEqual([{ is_current: true, is_member: false }]);
  });

  it('is loaded whole by a replica that starts later', async () => {
    await enter('ada');
    await run(ndjson('bob', 'cy'));
    const late = quietFeed(database);
    await startFeed(late);
    expect(late.index?.count(audienceId)).toBe(2);
    expect(late.index?.has(audienceId, 'ada')).toBe(false);
    await late.stop();
  });

  it('may be followed by another at once', async () => {
    await run(ndjson('ada', 'bob'));
    await run(ndjson('bob', 'cy'));
    await run(ndjson('dan'));
    expect(await members()).toEqual(['dan']);
    await replicaShows('dan');
    expect(await changes()).toEqual(['+ada', '+bob', '-ada', '+cy', '-bob', '-cy', '+dan']);
  });

  it('refuses a second one of the same audience while one is under way', async () => {
    const body = new Readable({ read() {} });
    const first = new MemberImport(database, store).run(
      { audienceId, mode: 'replace', format: 'ndjson', strict: false },
      body,
    );
    await eventually(async () => expect(await imports()).toHaveLength(1));
    await expect(run(ndjson('ada'))).rejects.toMatchObject({ code: 'import_running' });
    body.push(null);
    expect(await first).toMatchObject({ received: 0, removed: 0 });
  });

  it('refuses an audience that there is not', async () => {
    for (const mode of ['add', 'replace'] as const) {
      const request = { audienceId: 1, mode, format: 'ndjson', strict: false } as const;
      await expect(
        new MemberImport(database, store).run(request, Readable.from([])),
      ).rejects.toMatchObject({ code: 'unknown_audience' });
    }
  });

  it.each(['add', 'replace'] as const)(
    'changes nothing when the upload breaks off (%s)',
    async (mode) => {
      await enter('ada');
      const broken = (async function* () {
        yield ndjson(...Array.from({ length: 6_000 }, (_, n) => `user_${n}`)).join('');
        throw new Error('cut off');
      })();
      const request = { audienceId, mode, format: 'ndjson', strict: false } as const;
      await expect(
        new MemberImport(database, store).run(request, Readable.from(broken)),
      ).rejects.toThrow('cut off');
      expect(await members()).toEqual(['ada']);
      expect(await imports()).toEqual([]);
      expect(await event('eve', true)).toEqual(['added']);
      await replicaShows('ada', 'eve');
    },
  );

  it('tells bad lines by their number; under strict they cost all of them', async () => {
    const lines = ['"ada"\n', '{"x":1}\n', 'no json\n', '\n', '"bob"'];
    await expect(run(lines, { strict: true })).rejects.toMatchObject({
      code: 'import_refused',
      problems: [{ line: 2 }, { line: 3 }],
    });
    expect(await members()).toEqual([]);
    expect(await run(lines)).toMatchObject({
      received: 4,
      rejected: 2,
      problems: [
        { line: 2, problem: 'the line names no member' },
        { line: 3, problem: 'the line is no JSON' },
      ],
      added: 2,
    });
  });

  it('does not bring back a member who is erased while it is staged', async () => {
    const body = new Readable({ read() {} });
    const running = new MemberImport(database, store).run(
      { audienceId, mode: 'replace', format: 'ndjson', strict: false },
      body,
    );
    await eventually(async () => expect(await imports()).toHaveLength(1));
    body.push(ndjson('before', ...Array.from({ length: 5_000 }, (_, n) => `u${n}`)).join(''));
    await eventually(async () => {
      const staged = await database.query<object>(
        `select from membership where member_key = 'before'`,
      );
      expect(staged).toHaveLength(1);
    });
    const eraser = new MemberEraser(database);
    const erasures = ['before', 'after'].map((memberKey) => ({
      memberKey,
      erasedAt: nowUs() + 1_000_000,
    }));
    await eraser.erase(['dest'], erasures);
    body.push(ndjson('after', 'last').join(''));
    body.push(null);
    await running;
    const found = await members();
    expect(found).toHaveLength(5_001);
    expect(found.filter((key) => key === 'before' || key === 'after')).toEqual([]);
  });
});
