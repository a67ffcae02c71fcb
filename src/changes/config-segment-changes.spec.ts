import { describe, expect, it } from 'vitest';
import type { SegmentJson, UserConditionJson } from '../evaluation/config-json.js';
import { configSegmentChanges } from './config-segment-changes.js';

const EMAIL: UserConditionJson = { a: 'Email', c: 30, l: ['a@', 'b@'] };
const SINCE: UserConditionJson = { a: 'Since', c: 18, d: 1_700_000_000 };

function named(n: string, ...r: readonly UserConditionJson[]): SegmentJson {
  return { n, r };
}

type Row = readonly [
  details: string,
  before: readonly SegmentJson[],
  after: readonly SegmentJson[],
];

const ROWS: readonly Row[] = [
  [
    "Segment 'Beta' was created. It is defined as User.Since BEFORE '1700000000' (2023-11-14T22:13:20.000Z UTC).",
    [],
    [named('Beta', SINCE)],
  ],
  [
    "Segment 'Beta' was deleted. It was defined as everyone.",
    [named('Beta'), named('Alpha')],
    [named('Alpha')],
  ],
  [
    "Segment 'Beta' is now defined as User.Email STARTS WITH ANY OF ['a@', 'b@']; it was defined as User.Since BEFORE '1700000000' (2023-11-14T22:13:20.000Z UTC).",
    [named('Beta', SINCE)],
    [named('Beta', EMAIL)],
  ],
  [
    "Segment 'Beta': the values of User.Email STARTS WITH ANY OF stand in another order.",
    [named('Beta', EMAIL)],
    [named('Beta', { ...EMAIL, l: ['b@', 'a@'] })],
  ],
  ["Segment '<invalid name>' was deleted. It was defined as everyone.", [named('')], []],
];

describe('what changed of the segments of a config', () => {
  it.each(ROWS)('%s', (details, before, after) => {
    const changes = configSegmentChanges({ s: before }, { s: after });
    expect(changes.map((change) => change.details)).toEqual([details]);
  });

  it('is nothing where they stand in another order', () => {
    const [alpha, beta] = [named('Alpha', EMAIL), named('Beta', SINCE)];
    expect(configSegmentChanges({ s: [alpha, beta] }, { s: [beta, alpha] })).toEqual([]);
  });

  it('is one change where several have one name, which says which of them it is about', () => {
    const before = { s: [named('Beta', EMAIL), named('Beta', SINCE)] };
    expect(configSegmentChanges(before, { s: [named('Beta', EMAIL), named('Beta')] })).toEqual([
      {
        kind: 'segment',
        subject: 'Beta',
        details:
          "Segment 'Beta' (2) is now defined as everyone; it was defined as User.Since BEFORE '1700000000' (2023-11-14T22:13:20.000Z UTC).",
      },
    ]);
  });
});
