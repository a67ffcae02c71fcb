import { afterAll, beforeAll, expect, describe, it, onTestFinished } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { Gate } from '../../test/support/gate.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { AudienceReplacement } from './audience-replacement.js';
import { MembershipIndex } from './membership-index.js';

const NEW_SET = 4_711;
/** Long keys, so that much of them is still to come when the first are read. */
const MEMBERS = 30_000;
const PADDING = '_'.repeat(1_000);

describe('an audience that gets another set of members', () => {
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

  it('leaves nothing in the index of what was read before the connection broke', async () => {
    const audienceId = await insertAudience(database);
    await database.query(
      `insert into membership (member_set, member_key, is_member, event_at, changed_at)
       select $1, 'user_' || g || $2::text, true, now(), now() from generate_series(1, $3::int) g`,
      [NEW_SET, PADDING, MEMBERS],
    );
    await database.query(
      `insert into member_import (id, audience_id, old_set, state, started_at)
       values ($1, $2, $2, 'switched', now())`,
      [NEW_SET, audienceId],
    );
    await database.query(
      `insert into membership (member_set, member_key, is_member, event_at, changed_at)
       values ($1, 'old', true, now(), now())`,
      [audienceId],
    );
    const gate = await Gate.before(testDb.url);
    const spoilt = testDatabase(gate.url);
    await spoilt.connect();
    onTestFinished(async () => {
      await spoilt.close();
      await gate.shut();
    });
    const index = new CutIndex(() => void gate.shut());
    index.set(audienceId, 'old', true);
    let shown = 0;
    const replacement = new AudienceReplacement(
      { database: spoilt, index, position: () => 0 },
      { changeId: 1, audienceId, newSet: NEW_SET },
    );
    const run = () => replacement.run(() => (shown += 1));

    await expect(run()).rejects.toThrow(/connection|socket|aborted|ECONN/i);
    expect(index.read).toBeGreaterThan(0);
    expect(index.read).toBeLessThan(MEMBERS);
    expect(shown).toBe(0);
    expect(index.has(audienceId, 'old')).toBe(true);
    // One of those who were read leaves meanwhile.
    const gone = `user_1${PADDING}`;
    await database.query('delete from membership where member_set = $1 and member_key = $2', [
      NEW_SET,
      gone,
    ]);
    replacement.miss({ id: 2, audienceId, memberKeys: [gone], isMembers: [false] });

    await gate.open();
    await run();
    expect(shown).toBe(1);
    expect(index.count(audienceId)).toBe(MEMBERS - 1);
    expect(index.has(audienceId, gone)).toBe(false);
    expect(index.has(audienceId, `user_${MEMBERS}${PADDING}`)).toBe(true);
    expect(index.held).toBe(index.size);
  });
});

/** One that says when the first members are read. */
class CutIndex extends MembershipIndex {
  read = 0;

  constructor(private readonly cut: () => void) {
    super();
  }

  override setUtf8In(...parameters: Parameters<MembershipIndex['setUtf8In']>): void {
    super.setUtf8In(...parameters);
    this.read += 1;
    if (this.read === 1) this.cut();
  }
}
