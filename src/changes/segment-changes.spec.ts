import { describe, expect, it } from 'vitest';
import type { UserConditionJson } from '../evaluation/config-json.js';
import { segmentChange, type DescribedSegment } from './segment-changes.js';

const EMAIL: UserConditionJson = { a: 'Email', c: 0, l: ['a@x.com', 'b@x.com'] };
const COUNTRY: UserConditionJson = { a: 'Country', c: 28, s: 'HU' };
const HIDDEN: UserConditionJson = { a: 'Email', c: 16, l: ['secret@x.com'] };

function segment(over: Partial<DescribedSegment> = {}): DescribedSegment {
  const is = { audience: 'power_users', delivery: 'auto' } as const;
  return { name: 'Power users', description: '', overlay: false, is, ...over };
}

function those(...conditions: readonly UserConditionJson[]): DescribedSegment {
  return segment({ is: { conditions } });
}

function delivered(delivery: 'auto' | 'list' | 'attribute'): DescribedSegment {
  return segment({ is: { audience: 'power_users', delivery } });
}

type Row = readonly [
  details: string | undefined,
  before: DescribedSegment | undefined,
  after: DescribedSegment | undefined,
];

const ROWS: readonly Row[] = [
  [undefined, undefined, undefined],
  [undefined, segment(), segment()],
  [undefined, those(EMAIL), those({ ...EMAIL, s: null })],
  [
    "Segment 'Power users' was created. It is defined as the members of audience 'power_users'.",
    undefined,
    segment(),
  ],
  [
    "Segment 'Power users' was created. It is defined as User.Country EQUALS 'HU'. It takes the place of the config's segment of that name.",
    undefined,
    { ...those(COUNTRY), overlay: true },
  ],
  [
    "Segment 'Power users' was deleted. It was defined as User.Email IS ONE OF [<1 hashed value>].",
    those(HIDDEN),
    undefined,
  ],
  ["Segment 'Power users' is now called 'Experts'.", segment(), segment({ name: 'Experts' })],
  [
    "Segment 'Power users' is now defined as the members of audience 'experts'; it was defined as the members of audience 'power_users'.",
    segment(),
    segment({ is: { audience: 'experts', delivery: 'auto' } }),
  ],
  [
    "Segment 'Power users' is now defined as everyone; it was defined as the members of audience 'power_users'.",
    segment(),
    those(),
  ],
  [
    "Members of segment 'Power users' now reach SDKs as a list; they did so automatically.",
    delivered('auto'),
    delivered('list'),
  ],
  [
    "Members of segment 'Power users' now reach SDKs by an attribute; they did so as a list.",
    delivered('list'),
    delivered('attribute'),
  ],
  [
    "Segment 'Power users': 'c@x.com' was added to User.Email IS ONE OF; 'a@x.com' was removed.",
    those(EMAIL),
    those({ ...EMAIL, l: ['b@x.com', 'c@x.com'] }),
  ],
  [
    "Segment 'Power users' no longer requires User.Country EQUALS 'HU'.",
    those(EMAIL, COUNTRY),
    those(EMAIL),
  ],
  [
    "Segment 'Power users': the hashed value of User.Email IS ONE OF changed.",
    those(HIDDEN),
    those({ ...HIDDEN, l: ['other@x.com'] }),
  ],
  [
    "The description of segment 'Power users' is now 'They pay.'.",
    segment(),
    segment({ description: 'They pay.' }),
  ],
  [
    "The description of segment 'Power users' is now 'They pay.'; it was 'They play.'.",
    segment({ description: 'They play.' }),
    segment({ description: 'They pay.' }),
  ],
  [
    "The description of segment 'Power users' was removed.",
    segment({ description: 'They play.' }),
    segment(),
  ],
  [
    "Segment 'Power users' now takes the place of the config's segment of that name.",
    segment(),
    segment({ overlay: true }),
  ],
  [
    "Segment 'Power users' no longer takes the place of the config's segment of that name.",
    segment({ overlay: true }),
    segment(),
  ],
];

describe('the change of a segment', () => {
  it.each(ROWS)('tells: %s', (details, before, after) => {
    expect(segmentChange(before, after)?.details).toBe(details);
  });

  it('bears the new name', () => {
    const change = segmentChange(segment(), segment({ name: 'Experts' }));
    expect(change).toMatchObject({ kind: 'segment', subject: 'Experts' });
    expect(segmentChange(segment(), undefined)?.subject).toBe('Power users');
  });

  it('tells of all that changed, in one text', () => {
    const after = segment({ name: 'Experts', overlay: true, is: { conditions: [COUNTRY] } });
    expect(segmentChange(those(COUNTRY, EMAIL), after)?.details).toBe(
      "Segment 'Power users' is now called 'Experts'. " +
        "Segment 'Experts' no longer requires User.Email IS ONE OF ['a@x.com', 'b@x.com']. " +
        "Segment 'Experts' now takes the place of the config's segment of that name.",
    );
  });
});
