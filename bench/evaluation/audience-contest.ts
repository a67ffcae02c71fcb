import type { IUser } from '@configcat/sdk';
import type { MembershipIndex } from '../../src/audiences/membership-index.js';
import { compileConfig } from '../../src/evaluation/compile.js';
import { parseConfig } from '../../src/evaluation/config.js';
import type { User } from '../../src/evaluation/user.js';
import { config, KEY, off, oneOf, serve } from './config.js';
import { inTurn } from './flag-contest.js';
import type { Contest } from './race.js';
import { snapshotOf } from './sdk.js';

const MEMBERS = 1_000_000;
const AUDIENCE = 1;

/**
 * A segment on an audience of a million against the SDK's segment that lists ten of them: both
 * read the identifier, of users in turn. With many users each look-up misses the caches.
 */
export async function audienceContests(index: MembershipIndex): Promise<Contest[]> {
  const setting = { ...off(), r: [{ c: [{ s: { s: 0, c: 0 } }], ...serve('in') }] };
  const ten = Array.from({ length: 10 }, (_, i) => memberKey(strewn(MEMBERS - i)));
  const segments = [{ n: 'audience', r: [oneOf(ten, 'Identifier')] }];
  const json = config({ [KEY]: setting }, segments);
  const audience = { attribute: 'Identifier', has: (key: string) => index.has(AUDIENCE, key) };
  const compiled = compileConfig(parseConfig(JSON.stringify(json)), {
    audienceSegments: new Map([[0, audience]]),
  });
  const snapshot = await snapshotOf(json);
  return [1024, 262_144].map((count) => {
    const keys = Array.from({ length: count }, (_, i) => memberKey(strewn(i)));
    const ours = inTurn(keys.map((Identifier): User => ({ Identifier })));
    const theirs = inTurn(keys.map((key): IUser => ({ custom: {}, identifier: key })));
    return {
      name: `audience of 1M against simple segment, ${count} users`,
      atLeast: count === 1024 ? 3 : 1,
      ours: (i) => compiled.evaluate(KEY, ours(i)),
      reference: (i) => snapshot.getValueDetails(KEY, '', theirs(i)),
    };
  });
}

/** Fills an index with the million. */
export function fill(index: MembershipIndex): MembershipIndex {
  for (let i = 0; i < MEMBERS; i++) index.set(AUDIENCE, memberKey(i), true);
  return index;
}

function memberKey(i: number): string {
  return `user-${i.toString().padStart(8, '0')}-member`;
}

/** Members from all over the audience: neighbours would share cache lines. */
function strewn(i: number): number {
  return (i * 611_953) % MEMBERS;
}
