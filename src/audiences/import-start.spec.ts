import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { isNumberingFree, waitingForLocks } from '../../test/support/locks.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { MemberImport, type ImportResult } from './member-import.js';
import { MembershipStore } from './membership-store.js';

describe('the audience of an import', () => {
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

  const run = (mode: 'add' | 'replace', body: Readable, id = audienceId): Promise<ImportResult> =>
    new MemberImport(database, new MembershipStore(database)).run(
      { audienceId: id, mode, format: 'ndjson', strict: false },
      body,
    );
  const hasBegun = () =>
    eventually(async () => {
      const rows = await database.query('select from member_import where audience_id = $1', [
        audienceId,
      ]);
      expect(rows).toHaveLength(1);
    });
  const members = async () => [...(await readMembers(database, audienceId))].toSorted();
  /** Somebody works on the audience for long. @returns what ends that. */
  const holdAudience = async () => {
    const client = await database.dedicatedClient();
    onTestFinished(() => client.end());
    await client.query('begin');
    await client.query('select from audience where id = $1 for update', [audienceId]);
    return () => client.query('rollback');
  };

  it.each(['add', 'replace'] as const)(
    'is the one that its alias stands for (%s)',
    async (mode) => {
      const aliasId = await insertAudience(database);
      await database.query(
        'update audience set computation_id = null, slug = null, alias_of = $2 where id = $1',
        [aliasId, audienceId],
      );
      expect(await run(mode, Readable.from(['"ada"\n']), aliasId)).toMatchObject({ added: 1 });
      expect(await members()).toEqual(['ada']);
      expect(await readMembers(database, aliasId)).toEqual(new Set());
    },
  );

  it.each(['add', 'replace'] as const)(
    'may be archived: it goes on recording (%s)',
    async (mode) => {
      await database.query(`update audience set status = 'archived' where id = $1`, [audienceId]);
      expect(await run(mode, Readable.from(['"ada"\n']))).toMatchObject({ added: 1 });
      expect(await members()).toEqual(['ada']);
    },
  );

  it.each([
    ['add', 1],
    ['add', 12_000],
    ['replace', 1],
    ['replace', 12_000],
  ] as const)(
    'is told to be gone where it was deleted meanwhile (%s of %i)',
    async (mode, count) => {
      const body = new Readable({ read() {} });
      const running = run(mode, body);
      running.catch(() => {});
      await hasBegun();
      await database.query('delete from audience where id = $1', [audienceId]);
      body.push(Array.from({ length: count }, (_, n) => `"user_${n}"\n`).join(''));
      body.push(null);
      await expect(running).rejects.toMatchObject({ code: 'unknown_audience' });
      const left = await database.query(
        `select from member_import where audience_id = $1
       union all select from membership where member_key like 'user\\_%'`,
        [audienceId],
      );
      expect(left).toEqual([]);
    },
  );

  it('holds no writer of other audiences up where somebody else is at it, neither at the beginning nor at the step', async () => {
    let release = await holdAudience();
    const body = new Readable({ read() {} });
    const running = run('replace', body);
    await waitingForLocks(database, 1);
    expect(await isNumberingFree(database)).toBe(true);
    await release();
    await hasBegun();
    release = await holdAudience();
    body.push('"ada"\n');
    body.push(null);
    await waitingForLocks(database, 1);
    expect(await isNumberingFree(database)).toBe(true);
    await release();
    expect(await running).toMatchObject({ added: 1 });
  });
});
