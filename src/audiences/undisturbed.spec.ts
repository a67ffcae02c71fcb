import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { insertAudience, readMembers } from '../../test/support/audiences.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { isConflict } from '../database/sql-state.js';
import { BOUND_NUMBERING, COUNT_ERASURE, LOCK_ERASING } from './erasure.sql.js';
import { LOCK_NUMBERING } from './erasure.sql.js';
import { MemberImport } from './member-import.js';
import { MembershipStore } from './membership-store.js';
import { undisturbed } from './undisturbed.js';

const FENCE_INTERVAL_MS = 50;
/** Four times as long as there is between two erasures. */
const SLOW = `
  with seen as materialized (select erasures + purges as removals from instance),
  slow as materialized (select pg_sleep(0.2))
  select begin_changes(s.removals) as begun from slow cross join seen s`;

describe('a statement that erasures make start again', () => {
  let testDb: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  /** Twenty a second, each as short as those of the service. */
  const eraseSteadily = () => {
    const over = new AbortController();
    const fences = (async () => {
      while (!over.signal.aborted) {
        const next = new Promise((resolve) => setTimeout(resolve, FENCE_INTERVAL_MS));
        await database.transaction(async (manager) => {
          await manager.query(LOCK_ERASING);
          await manager.query(LOCK_NUMBERING);
          for (const bound of BOUND_NUMBERING) await manager.query(bound);
          await manager.query(COUNT_ERASURE);
        });
        await next;
      }
    })();
    onTestFinished(async () => {
      over.abort();
      await fences;
    });
  };

  it('passes beside twenty erasures a second', async () => {
    eraseSteadily();
    await expect(database.query(SLOW)).rejects.toSatisfy(isConflict);
    for (let round = 0; round < 5; round += 1) {
      const rows = await undisturbed(database, (query) => query(SLOW, []));
      expect(rows).toEqual([{ begun: true }]);
    }
  });

  it.each(['add', 'replace'] as const)(
    'is an import of many statements, too (%s)',
    async (mode) => {
      const audienceId = await insertAudience(database);
      eraseSteadily();
      const lines = Array.from({ length: 30_000 }, (_, n) => `"user_${n}"\n`);
      const imported = await new MemberImport(database, new MembershipStore(database)).run(
        { audienceId, mode, format: 'ndjson', strict: true },
        Readable.from(lines),
      );
      expect(imported).toMatchObject({ received: 30_000, added: 30_000 });
      expect((await readMembers(database, audienceId)).size).toBe(30_000);
    },
  );

  it('holds no erasure up where it passes at once', async () => {
    const isHeld = await undisturbed(database, async (query) => {
      const [row] = await query<{ taken: boolean }>(
        'select pg_try_advisory_xact_lock(7022364301936524) as taken',
        [],
      );
      return row?.taken === false;
    });
    expect(isHeld).toBe(false);
  });

  it('rejects at once with what is no conflict', async () => {
    let attempts = 0;
    const failing = undisturbed(database, (query) => {
      attempts += 1;
      return query('select 1 / 0', []);
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    expect(attempts).toBe(1);
  });
});
