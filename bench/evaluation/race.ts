import { median } from '../median.js';

/** Two ways to do one thing; `i` counts the calls, for those that take users in turn. */
export interface Contest {
  readonly name: string;
  /** Undefined: shown beside the others, without a bar of its own. */
  readonly atLeast?: number | undefined;
  readonly ours: (i: number) => unknown;
  readonly reference: (i: number) => unknown;
}

/** Medians over the rounds, in nanoseconds of CPU a call. */
export interface RaceResult {
  readonly ours: number;
  readonly reference: number;
  /** The median of the rounds' ratios. */
  readonly ratio: number;
}

const ROUNDS = 7;

/** About how long one side of one round runs. */
const ROUND_NANOSECONDS = 60e6;

/** Runs both sides in alternating rounds: one round proves nothing on a shared machine. */
export function race(contest: Contest): RaceResult {
  const oursCount = calibrate(contest.ours);
  const referenceCount = calibrate(contest.reference);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const ours = measure(contest.ours, oursCount);
    return { ours, reference: measure(contest.reference, referenceCount) };
  });
  return {
    ours: median(rounds.map(({ ours }) => ours)),
    reference: median(rounds.map(({ reference }) => reference)),
    ratio: median(rounds.map(({ ours, reference }) => reference / ours)),
  };
}

/** How many calls fill a round; finding that out warms the code up, too. */
function calibrate(call: (i: number) => unknown): number {
  let count = 1;
  while (measure(call, count) * count < ROUND_NANOSECONDS / 2) count *= 2;
  return count * 2;
}

/** Keeps what calls give, or they would be optimised away. */
const sink: { last?: unknown } = {};

/** Nanoseconds of CPU a call. */
function measure(call: (i: number) => unknown, count: number): number {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) sink.last = call(i);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}
