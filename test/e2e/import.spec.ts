import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemberImport } from '../../src/audiences/member-import.js';
import { MembershipStore } from '../../src/audiences/membership-store.js';
import type { Database } from '../../src/database/database.js';
import type { ConfigJson } from '../../src/evaluation/config-json.js';
import { entries } from '../support/builders.js';
import { EventStream } from '../support/event-stream.js';
import { request } from '../support/http-answer.js';
import { startTestService, type TestService } from '../support/service.js';
import { flagAt, PATIENCE, sendTo, TestBed } from '../support/test-bed.js';
import { testDatabase } from '../support/template.js';

const FLAG = 'audience_imported';
const bed = new TestBed();
let other: TestService;
let database: Database;

beforeAll(async () => {
  other = await startTestService(bed.databaseUrl);
  database = testDatabase(bed.databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await Promise.all([other.stop(), database.close()]);
});

/** How many members the served config lists. */
async function listed(base: string): Promise<number> {
  const { text } = await request(
    `${base}/configuration-files/configcat-proxy/default/config_v6.json`,
  );
  const config: ConfigJson = JSON.parse(text);
  const condition = config.s?.find(({ n }) => n === 'Imported')?.r?.[0];
  return condition?.l?.length ?? 0;
}

it('an import that replaces an audience shows in the API, streams and CDN of every replica, and events go on', async () => {
  await sendTo(bed.base, entries(5, { key: 'imported' }));
  const bases = [bed.base, other.base];
  for (const base of bases) {
    await expect.poll(() => flagAt(base, FLAG, { identifier: 'user_0' }), PATIENCE).toBe(true);
  }
  const streams = bases.flatMap((base) =>
    ['user_0', 'new_0'].map(
      (Identifier) => new EventStream(base, { key: FLAG, user: { Identifier } }),
    ),
  );
  await expect
    .poll(() => streams.map(({ last }) => last), PATIENCE)
    .toMatchObject([{ value: true }, { value: false }, { value: true }, { value: false }]);

  const [audience] = await bed.rows.query<{ id: string }>(
    `select id from audience where key = 'imported'`,
  );
  const lines = Array.from({ length: 40 }, (_, n) => `"new_${n}"\n`);
  const result = await new MemberImport(database, new MembershipStore(database)).run(
    { audienceId: Number(audience?.id), mode: 'replace', format: 'ndjson', strict: true },
    Readable.from(lines),
  );
  expect(result).toMatchObject({ added: 40, removed: 5 });

  await expect
    .poll(() => streams.map(({ last }) => last), PATIENCE)
    .toMatchObject([{ value: false }, { value: true }, { value: false }, { value: true }]);
  expect(streams.map(({ messages }) => messages.length)).toEqual([2, 2, 2, 2]);
  for (const base of bases) {
    expect(await flagAt(base, FLAG, { identifier: 'new_39' })).toBe(true);
    expect(await flagAt(base, FLAG, { identifier: 'user_4' })).toBe(false);
    await expect.poll(() => listed(base), PATIENCE).toBe(40);
  }
  const now = new Date().toISOString();
  await sendTo(other.base, entries(1, { key: 'imported', at: now }));
  for (const base of bases) {
    await expect.poll(() => flagAt(base, FLAG, { identifier: 'user_0' }), PATIENCE).toBe(true);
    await expect.poll(() => listed(base), PATIENCE).toBe(41);
  }
});
