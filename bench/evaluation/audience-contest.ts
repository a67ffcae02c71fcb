import type { IUser } from '@configcat/sdk';
import type { AudienceSegment } from '../../src/evaluation/compile.js';
import { compileConfig } from '../../src/evaluation/compile.js';
import { parseConfig } from '../../src/evaluation/config.js';
import type { User } from '../../src/evaluation/user.js';
import { config, KEY, off, oneOf, serve } from './config.js';
import { inTurn } from './flag-contest.js';
import type { Contest } from './race.js';
import { snapshotOf } from './sdk.js';

const MEMBERS = 1_000_000;

/** A segment on an audience of a million against the SDK's simple segment, by the users in turn. */
export async function audienceContests(audience: AudienceSegment): Promise<Contest[]> {
  const setting = { ...off(), r: [{ c: [{ s: { s: 0, c: 0 } }], ...serve('in') }] };
  const simple = oneOf(['US', 'CA', 'MX'], 'Country');
  const json = config({ [KEY]: setting }, [{ n: 'audience', r: [simple] }]);
  const compiled = compileConfig(parseConfig(JSON.stringify(json)), {
    audienceSegments: new Map([[0, audience]]),
  });
  const snapshot = await snapshotOf(json);
  return [1024, 262_144].map((count) => {
    const keys = Array.from({ length: count }, (_, i) => memberKey(strewn(i)));
    const ours = inTurn(keys.map((Identifier): User => ({ Identifier, Country: 'US' })));
    const theirs = inTurn(
      keys.map((key): IUser => ({ custom: {}, identifier: key, country: 'US' })),
    );
    return {
      name: `audience of 1M against simple segment, ${count} users`,
      atLeast: count === 1024 ? 3 : 1,
      ours: (i) => compiled.evaluate(KEY, ours(i)),
      reference: (i) => snapshot.getValueDetails(KEY, '', theirs(i)),
    };
  });
}

/** The members' keys, one by one. */
export function* memberKeys(): Generator<string> {
  for (let i = 0; i < MEMBERS; i++) yield memberKey(i);
}

function memberKey(i: number): string {
  return `user-${i.toString().padStart(8, '0')}-member`;
}

/** Members from all over the audience: neighbours would share cache lines. */
function strewn(i: number): number {
  return (i * 611_953) % MEMBERS;
}
