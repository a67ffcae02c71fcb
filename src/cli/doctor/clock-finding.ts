import { fail, ok, warn, type Finding } from './finding.js';

/** What memberships are decided by are times: within this, nobody notices. */
const NOTICED_MS = 2_000;
const WRONG_MS = 60_000;

export interface ClockDifference {
  readonly of: string;
  /** Milliseconds; positive: it is ahead of this machine. */
  readonly difference: number;
  /** Milliseconds that the difference may be off by. */
  readonly uncertainty: number;
}

export function clockFinding({ of, difference, uncertainty }: ClockDifference): Finding {
  const about = 'clock';
  const certain = Math.max(0, Math.abs(difference) - uncertainty);
  if (certain < NOTICED_MS) return ok(about, `that of ${of} is that of this machine`);
  const side = difference > 0 ? 'ahead of' : 'behind';
  const says = `that of ${of} is ${(Math.abs(difference) / 1_000).toFixed(1)} s ${side} that of this machine`;
  const advice =
    'let NTP set the clocks of both: the newest event wins, and imports count from their start';
  return certain < WRONG_MS ? warn(about, says, advice) : fail(about, says, advice);
}
