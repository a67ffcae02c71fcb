import { expect } from 'vitest';
import type { FeedChange } from '../../src/audiences/feed.js';
import { isJsonObject } from '../../src/engage/json-value.js';
import type { Churn } from './churn.js';
import { eventually } from './eventually.js';
import { request } from './http-answer.js';
import type { Rows } from './rows.js';

const AT_A_TIME = 20;

/** Who is to agree after a fault. */
export interface Parties {
  readonly churn: Churn;
  readonly rows: Rows;
  /** Base URLs of all replicas. */
  readonly replicas: readonly string[];
}

/**
 * After any fault: every event answered 2xx is in, memberships equal the model, the history tells how
 * they came to be, and every replica evaluates what the table holds.
 */
export async function expectAgreement({ churn, rows, replicas }: Parties): Promise<void> {
  expect(churn.oddStatuses).toEqual([]);
  expect(await churn.model.problems(rows)).toEqual([]);
  const members = await currentMembers(rows);
  expect(await membersByHistory(rows)).toEqual(members);
  for (const base of replicas) {
    await eventually(async () => expect(await evaluatedMembers(base, rows)).toEqual(members));
  }
}

/** None missed, none twice, none out of order. `seen`: what a reader of the feed was told since its first load at `from`. */
export async function expectWholeFeed(
  seen: readonly FeedChange[],
  rows: Rows,
  from: number,
): Promise<void> {
  const ids = await rows.query<{ id: string }>(
    'select id from membership_change where id > $1 order by id',
    [from],
  );
  expect(seen.map(({ id }) => id)).toEqual(ids.map(({ id }) => Number(id)));
}

/** `<audience key> <member>`, sorted. */
async function currentMembers(rows: Rows): Promise<readonly string[]> {
  const members = await rows.query<{ name: string }>(
    `select a.key || ' ' || m.member_key as name
     from membership m join audience a on a.member_set = m.member_set where m.is_member`,
  );
  return members.map(({ name }) => name).toSorted();
}

/** The same, by the changes alone; throws where someone enters twice or leaves without having been in. */
async function membersByHistory(rows: Rows): Promise<readonly string[]> {
  const changes = await rows.query<{ key: string; member_keys: string[]; is_members: boolean[] }>(
    `select a.key, c.member_keys, c.is_members
     from membership_change c join audience a on a.id = c.audience_id order by c.id`,
  );
  const members = new Set<string>();
  for (const { key, member_keys, is_members } of changes) {
    for (const [index, member] of member_keys.entries()) {
      const name = `${key} ${member}`;
      const isMember = is_members[index] === true;
      if (members.has(name) === isMember) throw new Error(`${name}: ${isMember} twice in a row`);
      if (isMember) members.add(name);
      else members.delete(name);
    }
  }
  return [...members].toSorted();
}

async function evaluatedMembers(base: string, rows: Rows): Promise<readonly string[]> {
  const known = await rows.query<{ member_key: string }>(
    'select distinct member_key from membership',
  );
  const pending = known.map(({ member_key }) => member_key);
  const found: string[] = [];
  const ask = async (): Promise<void> => {
    for (let member = pending.pop(); member !== undefined; member = pending.pop()) {
      for (const slug of await slugsOf(base, member)) found.push(`${String(slug)} ${member}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, ask));
  return found.toSorted();
}

async function slugsOf(base: string, member: string): Promise<readonly unknown[]> {
  const { body, text } = await request(`${base}/api/default/user`, {
    method: 'POST',
    body: JSON.stringify({ user: { Identifier: member } }),
  });
  const user = isJsonObject(body) && isJsonObject(body['user']) ? body['user'] : {};
  const slugs = user['audiences'];
  if (!Array.isArray(slugs)) throw new Error(text);
  return slugs;
}
