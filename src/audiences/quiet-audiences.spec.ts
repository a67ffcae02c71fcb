import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { eventually } from '../../test/support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { AudienceActivity } from './audience-activity.js';
import { QuietAudiences } from './quiet-audiences.js';

const HOUR = 3_600_000;

describe('quiet audiences', () => {
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

  /** Looks ten times a second. */
  const watch = (lines: string[]) =>
    new QuietAudiences(database, 1_000, {
      warn: (line) => void lines.push(`warn ${line}`),
      log: (line) => void lines.push(`log ${line}`),
      onError: (error) => void lines.push(String(error)),
    });
  const silentFor = (id: number, hours: number) =>
    database.query(
      `update audience set last_event_at = now() - make_interval(hours => $2) where id = $1`,
      [id, hours],
    );

  it('are those that fell silent, told once, until they get an event again', async () => {
    const [old, older, busy, archived] = await Promise.all(
      ['old', 'older', 'busy', 'archived'].map((key) => insertAudience(database, { key })),
    );
    await silentFor(old ?? 0, 1);
    await silentFor(older ?? 0, 2);
    await silentFor(archived ?? 0, 3);
    await database.query(`update audience set status = 'archived' where id = $1`, [archived]);
    // Ahead of the clock, so that the test may take its time.
    await silentFor(busy ?? 0, -1);
    const lines: string[] = [];
    const quiet = watch(lines);
    quiet.start();
    await eventually(() => expect(quiet.all.map(({ id }) => id)).toEqual([older, old]));
    expect(quiet.isQuiet(busy ?? 0)).toBe(false);
    expect(quiet.all[0]?.lastEventAt).toBeLessThan(Date.now() - HOUR);

    const activity = new AudienceActivity(database, () => {});
    activity.saw(new Set([old ?? 0]), Date.now() + HOUR);
    await activity.stop();
    await eventually(() => expect(quiet.all.map(({ id }) => id)).toEqual([older]));
    await quiet.stop();
    expect(lines).toEqual([
      expect.stringMatching(/^warn .*quiet_after: 'older_\d+' of 'dest', 'old_\d+' of 'dest'\./),
      expect.stringMatching(/^log No longer quiet: 'old_\d+' of 'dest'\.$/),
    ]);
  });
});
