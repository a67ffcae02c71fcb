import { MembershipIndex } from '../../src/audiences/membership-index.js';
import type { BenchRow } from '../row.js';
import { audienceContests, fill } from './audience-contest.js';
import { allFlagsContest, loadContest } from './config-contest.js';
import { flagContests } from './flag-contest.js';
import type { Contest, RaceResult } from './race.js';
import { race } from './race.js';

/** One evaluation against `@configcat/sdk`, in alternating rounds. */
export async function run(): Promise<BenchRow[]> {
  const contests = [
    ...(await flagContests()),
    await allFlagsContest(),
    loadContest(),
    ...(await audienceContests(fill(new MembershipIndex()))),
  ];
  return contests.map((contest) => rowOf(contest, race(contest)));
}

function rowOf({ name, atLeast }: Contest, { ours, reference, ratio }: RaceResult): BenchRow {
  return {
    group: 'evaluation',
    name,
    ours: microseconds(ours),
    reference: microseconds(reference),
    ratio,
    ...(atLeast !== undefined && { atLeast }),
    unit: 'µs of CPU',
  };
}

function microseconds(nanoseconds: number): string {
  return (nanoseconds / 1000).toPrecision(3);
}
