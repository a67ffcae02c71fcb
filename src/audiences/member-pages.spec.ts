import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAudience } from '../../test/support/audiences.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { testDatabase } from '../../test/support/template.js';
import type { Database } from '../database/database.js';
import { MemberPages } from './member-pages.js';
import { READ_MEMBERS } from './member-pages.sql.js';

const MEMBERS = 100_000;
const LEAVES = 200_000;

/** A node of PostgreSQL's plan, as far as it is looked at. */
interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(plan: PlanNode): readonly PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

describe('a page of members', () => {
  let testDb: TestDatabase;
  let database: Database;
  let audienceId: number;

  beforeAll(async () => {
    testDb = await createTestDatabase();
    database = testDatabase(testDb.url);
    await database.connect();
    audienceId = await insertAudience(database);
    const other = await insertAudience(database);
    await database.query(
      `insert into membership (member_set, member_key, is_member, event_at, changed_at)
       select s.member_set, k.name || lpad(n::text, 6, '0'), k.name <> 'm_', now(), now()
       from unnest(array[$1, $2]::bigint[]) as s (member_set)
       cross join (values ('a_', $3::int), ('m_', $4::int), ('z_', $3)) as k (name, count)
       cross join lateral generate_series(1, k.count) as n`,
      [audienceId, other, MEMBERS, LEAVES],
    );
    await database.query('analyze membership');
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  /** How many memberships PostgreSQL read for a page of a hundred. */
  const rowsRead = async (prefix: string, after: string): Promise<number> => {
    const [row] = await database.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
      `explain (analyze, format json) ${READ_MEMBERS}`,
      [audienceId, prefix, after, null, 101],
    );
    const nodes = (row?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => nodesOf(Plan));
    return nodes
      .filter((node) => node['Relation Name'] === 'membership')
      .reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
  };

  it.each([
    ['the first', '', ''],
    ['one in the middle', '', 'a_050000'],
    ['one that begins with a prefix', 'z_09', ''],
  ])('reads as many rows as it shows: %s', async (_which, prefix, after) => {
    expect(await rowsRead(prefix, after)).toBe(101);
  });

  it('reads no more at the end of the audience', async () => {
    expect(await rowsRead('', 'z_099900')).toBeLessThanOrEqual(201);
  });

  it('reads a bounded number of leaves, and tells where it ended', async () => {
    expect(await rowsRead('', 'a_100000')).toBeLessThanOrEqual(40_000);
    const pages = new MemberPages(database);
    const page = await pages.read(audienceId, { prefix: '', after: 'a_099999', limit: 10 });
    expect(page).toEqual({
      members: [expect.objectContaining({ memberKey: 'a_100000' })],
      next: 'm_019999',
    });
  });

  it('ends with the audience, also where that ends in leaves', async () => {
    const pages = new MemberPages(database);
    expect(await pages.read(audienceId, { prefix: 'm_19', after: '', limit: 10 })).toEqual({
      members: [],
      next: undefined,
    });
    expect(
      await pages.read(audienceId, { prefix: '', after: 'z_099999', limit: 10 }),
    ).toMatchObject({
      members: [{ memberKey: 'z_100000' }],
      next: undefined,
    });
  });
});
