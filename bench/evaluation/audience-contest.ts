import type { IUser } from '@configcat/sdk';
import type { MembershipIndex } from '../../src/audiences/membership-index.js';
import { compileConfig } from '../../src/evaluation/compile.js';
import type { UserConditionJson } from '../../src/evaluation/config-json.js';
import { parseConfig } from '../../src/evaluation/config.js';
import type { User } from '../../src/evaluation/user.js';
import { config, KEY, off, oneOf, serve } from './config.js';
import { inTurn } from './flag-contest.js';
import type { Contest } from './race.js';
import { snapshotOf } from './sdk.js';

const MEMBERS = 1_000_000;
const AUDIENCE = 1;

/** Users in turn and what is asked of them; with the many, each look-up misses the caches. */
const TURNS = [
  { count: 1024, atLeast: 3 },
  { count: 262_144, atLeast: 1 },
];

/**
 * A segment on an audience of a million against two of the SDK's segments, as none is *the* simple
 * one. The bar is against one that lists ten of the members, and so reads the same attribute and
 * answers the same question. The other is the cheapest there is, over one text that all users share
 * and that is always in the processor's cache: it has no bar.
 */
export async function audienceContests(index: MembershipIndex): Promise<Contest[]> {
  const ten = Array.from({ length: 10 }, (_, i) => memberKey(strewn(MEMBERS - i)));
  const country = await contestsAgainst('one country', oneOf(['US'], 'Country'), index);
  return [
    ...(await contestsAgainst('ten identifiers', oneOf(ten, 'Identifier'), index)),
    ...country.map((contest) => ({ ...contest, atLeast: undefined })),
  ];
}

async function contestsAgainst(
  name: string,
  condition: UserConditionJson,
  index: MembershipIndex,
): Promise<Contest[]> {
  const setting = { ...off(), r: [{ c: [{ s: { s: 0, c: 0 } }], ...serve('in') }] };
  const json = config({ [KEY]: setting }, [{ n: 'audience', r: [condition] }]);
  const audience = { attribute: 'Identifier', has: (key: string) => index.has(AUDIENCE, key) };
  const compiled = compileConfig(parseConfig(JSON.stringify(json)), {
    audienceSegments: new Map([[0, audience]]),
  });
  const snapshot = await snapshotOf(json);
  return TURNS.map(({ count, atLeast }) => {
    const keys = asParsed(Array.from({ length: count }, (_, i) => memberKey(strewn(i))));
    const ours = inTurn(keys.map((Identifier): User => ({ Identifier, Country: 'US' })));
    const theirs = inTurn(
      keys.map((identifier): IUser => ({ identifier, country: 'US', custom: {} })),
    );
    return {
      name: `audience of 1M against a segment of ${name}, ${count} users`,
      atLeast,
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

/** Texts as requests bring them: what JSON.parse made hashes a quarter faster than what was joined. */
function asParsed(texts: readonly string[]): readonly string[] {
  const parsed: unknown = JSON.parse(JSON.stringify(texts));
  if (!Array.isArray(parsed)) throw new TypeError('JSON has lost an array.');
  return parsed.map(String);
}

/** Members from all over the audience: neighbours would share cache lines. */
function strewn(i: number): number {
  return (i * 611_953) % MEMBERS;
}
