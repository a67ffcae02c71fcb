import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { quietFeed, startFeed } from '../../test/support/feed.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { ImportHousekeeping } from './import-housekeeping.js';
import { FINISH_RECORD, READ_STRETCH, RECORD_STRETCH } from './import-record.sql.js';
import {
  BEGIN_ADDING,
  DELETE_SOME,
  MERGE_NEWER,
  NOTE_ADDED,
  READ_END,
  STAGE,
  SWITCH,
} from './import.sql.js';
import { inKeyOrder } from './key-order.js';
import { MemberImport } from './member-import.js';
import { MembershipStore } from './membership-store.js';

const HOUR_US = 3_600_000_000;
const nowUs = () => Date.now() * 1_000;
const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(5, '0')}`);

describe('what is left of an import', () => {
  let testDb: TestDatabase;
  let database: Database;
  let audienceId: number;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  beforeEach(async () => {
    audienceId = await insertAudience(database);
  });

  const run = (mode: 'add' | 'replace', keys: readonly string[], by = database) =>
    new MemberImport(by, new MembershipStore(by)).run(
      { audienceId, mode, format: 'ndjson', strict: false },
      Readable.from(keys.map((key) => `${JSON.stringify(key)}\n`)),
    );
  const enter = (memberKey: string, isMember = true, eventAt = nowUs()) =>
    new MembershipStore(database).write([{ audienceId, memberKey, isMember, eventAt }]);
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
  const states = async () => {
    const rows = await database.query<{ state: string }>(
      'select state from member_import where audience_id = $1 order by switch_change',
      [audienceId],
    );
    return rows.map(({ state }) => state);
  };
  const leavers = async () => {
    const rows = await database.query<{ member_key: string }>(
      `select m.member_key from membership m join audience a using (member_set)
       where a.id = $1 and not m.is_member order by m.member_key`,
      [audienceId],
    );
    return rows.map((row) => row.member_key);
  };
  const strays = () =>
    database.query<object>(
      `select member_set, member_key from membership m
       where not exists (select from audience a where m.member_set in (a.member_set, a.incoming_set))
         and not exists (select from member_import i where m.member_set in (i.id, i.old_set))`,
    );
  /** As if nobody had been heard of the dead for long. */
  const takeOver = () => new ImportHousekeeping(database, -1_000).tidy();
  const tidied = () =>
    eventually(async () => {
      await new ImportHousekeeping(database).tidy();
      expect(await states()).toEqual([]);
    });

  /** The statement that is not made any more, and whether the members were shown before. */
  const DEATHS: Readonly<Record<string, readonly [statement: string, isShown: boolean]>> = {
    'before anything was staged': [STAGE, false],
    'before it looked for newer events': [MERGE_NEWER, false],
    'before the step': [SWITCH, false],
    'after the step': [READ_STRETCH, true],
    'before it told the history': [RECORD_STRETCH, true],
    'before it said so': [FINISH_RECORD, true],
  };

  it.each(Object.entries(DEATHS))(
    'is seen to by another process where a replacement died %s',
    async (_moment, [statement, isShown]) => {
      const feed = quietFeed(database);
      onTestFinished(() => feed.stop());
      await startFeed(feed);
      await enter('ada', true, nowUs() - HOUR_US);
      await expect(run('replace', ['bob'], dyingAt(database, statement))).rejects.toThrow('killed');
      await takeOver();
      const now = isShown ? ['bob'] : ['ada'];
      expect(await members()).toEqual(now);
      await tidied();
      expect(await changes()).toEqual(isShown ? ['+ada', '-ada', '+bob'] : ['+ada']);
      await eventually(() => {
        expect(now.filter((key) => feed.index?.has(audienceId, key) !== true)).toEqual([]);
        expect(feed.index?.count(audienceId)).toBe(1);
      });
      expect(await enter('eve')).toEqual(['added']);
    },
  );

  it('is told of before what another import changed at once after it, and is needed until then', async () => {
    await run('replace', numbered('old', 3_000));
    await expect(
      run('replace', numbered('k', 3_000), dyingAt(database, READ_STRETCH)),
    ).rejects.toThrow('killed');
    expect(await run('replace', numbered('k', 2_999))).toMatchObject({ added: 0, removed: 1 });
    await tidied();
    await takeOver();
    expect(await members()).toEqual(numbered('k', 2_999));
    expect(await changes()).toEqual([
      ...numbered('old', 3_000).map((key) => `+${key}`),
      ...numbered('k', 3_000).map((key) => `+${key}`),
      ...numbered('old', 3_000).map((key) => `-${key}`),
      '-k02999',
    ]);
    expect(await leavers()).toEqual(['k02999', ...numbered('old', 3_000)]);
    expect(await strays()).toEqual([]);
  });

  it('is not thrown away while an import that nobody told of compares with it', async () => {
    await run('replace', ['ada']);
    await expect(run('replace', ['bob'], dyingAt(database, READ_STRETCH))).rejects.toThrow(
      'killed',
    );
    // As a process of an earlier version leaves it.
    await expect(run('replace', ['cy'], dyingAt(database, READ_STRETCH))).rejects.toThrow('killed');
    await database.query(
      `update member_import set state = 'recorded'
       where audience_id = $1 and switch_change = (
         select max(switch_change) from member_import where audience_id = $1)`,
      [audienceId],
    );
    await new ImportHousekeeping(database).tidy();
    expect(await states()).toEqual(['switched', 'recorded']);
    await takeOver();
    await tidied();
    expect(await strays()).toEqual([]);
  });

  it('is told once, however many tell it', async () => {
    await enter('ada', true, nowUs() - HOUR_US);
    const keys = numbered('k', 12_000);
    await expect(run('replace', keys, dyingAt(database, READ_STRETCH))).rejects.toThrow('killed');
    await Promise.all([takeOver(), takeOver(), run('replace', keys)]);
    expect(await changes()).toEqual(['+ada', '-ada', ...keys.map((key) => `+${key}`)]);
    await tidied();
  });

  it('tells nothing of those who were erased meanwhile, and keeps no tombstone of them', async () => {
    for (const key of ['ada', 'bob', 'eve']) await enter(key, true, nowUs() - HOUR_US);
    await enter('eve', false, nowUs() - HOUR_US / 2);
    await expect(run('replace', ['cy', 'dan'], dyingAt(database, READ_STRETCH))).rejects.toThrow(
      'killed',
    );
    // Their erasure has begun, but has not come to their rows yet.
    await database.query(
      `insert into erased_member (destination, key_sha256, erased_at)
       select 'dest', sha256(convert_to(key, 'UTF8')), now() + interval '1 hour'
       from unnest('{bob,dan,eve}'::text[]) as u (key)`,
    );
    await database.query('update instance set erasures = erasures + 1');
    await takeOver();
    expect((await changes()).slice(4)).toEqual(['-ada', '+cy']);
    expect(await leavers()).toEqual(['ada']);
    await tidied();
    await database.query('delete from erased_member');
  });

  it.each([
    ['before it was added', BEGIN_ADDING, false],
    ['in the middle of being added', NOTE_ADDED, true],
  ])('is added by another process where one died %s', async (_moment, statement, isAdded) => {
    await enter('ada');
    const keys = numbered('k', 5_000);
    await expect(run('add', keys, dyingAt(database, statement))).rejects.toThrow('killed');
    expect((await members()).length).toBe(isAdded ? 2_001 : 1);
    await takeOver();
    expect(await members()).toEqual(isAdded ? ['ada', ...keys] : ['ada']);
    expect(await states()).toEqual([]);
    expect(await strays()).toEqual([]);
    const history = await changes();
    expect(new Set(history).size).toBe(history.length);
  });

  it('goes where its audience was deleted while it was added', async () => {
    await expect(run('add', numbered('k', 5_000), dyingAt(database, NOTE_ADDED))).rejects.toThrow(
      'killed',
    );
    await database.query('delete from membership where member_set = $1', [audienceId]);
    await database.query('delete from audience where id = $1', [audienceId]);
    await takeOver();
    expect(await states()).toEqual([]);
    expect(await strays()).toEqual([]);
  });

  it('goes in steps that each look at their own rows alone, however many there are', async () => {
    const memberSet = 7;
    await database.query(
      `insert into membership (member_set, member_key, is_member, event_at, changed_at)
       select $1, md5(g::text), true, now(), now() from generate_series(1, 200000) g`,
      [memberSet],
    );
    const blocks: number[] = [];
    let after: string | null = '';
    while (after !== null) {
      const parameters: readonly unknown[] = [memberSet, after, 5_000];
      const [next] = await inKeyOrder<{ last_key: string | null }>(database, READ_END, parameters);
      const [row] = await inKeyOrder<{ 'QUERY PLAN': ExplainedPlan }>(
        database,
        `explain (analyze, buffers, format json) ${DELETE_SOME}`,
        parameters,
      );
      const plan = row?.['QUERY PLAN'][0]?.Plan;
      blocks.push((plan?.['Shared Hit Blocks'] ?? NaN) + (plan?.['Shared Read Blocks'] ?? NaN));
      after = next?.last_key ?? null;
    }
    const left = await database.query('select from membership where member_set = $1', [memberSet]);
    expect(left).toEqual([]);
    expect(blocks).toHaveLength(41);
    expect(Math.max(...blocks)).toBeLessThan(2 * (blocks[0] ?? 0));
  });
});

type ExplainedPlan = readonly {
  readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
}[];

/** As the process that is killed before this statement, also in a transaction. */
function dyingAt(database: Database, statement: string): Database {
  let isDead = false;
  const dying = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]): unknown => {
          isDead ||= parameters[0] === statement;
          if (isDead) return Promise.reject(new Error('killed'));
          const [work, ...rest] = parameters;
          if (name !== 'transaction' || typeof work !== 'function') {
            return Reflect.apply(value, object, parameters);
          }
          const dyingWork = (manager: object): unknown =>
            Reflect.apply(work, undefined, [dying(manager)]);
          return Reflect.apply(value, object, [dyingWork, ...rest]);
        };
      },
    });
  return dying(database);
}
