import type { MembershipEvent } from '../audiences/membership-store.js';
import type { Deadline } from './deadline.js';
import type { FlushOutcome } from './flush-outcome.js';
import type { Flushed } from './flush.js';

/** Some of a submission's events, in one flush. */
export interface SubmissionPart {
  readonly submission: Submission;
  readonly start: number;
  readonly count: number;
}

/** The events of one request, until all of them have their outcome. They may go out in several flushes. */
export class Submission {
  private readonly outcomes: FlushOutcome[];
  private taken = 0;
  private open: number;

  constructor(
    readonly events: readonly MembershipEvent[],
    private readonly times: {
      /** When it was queued, on the queue's clock. */
      readonly since: number;
      readonly deadline: Deadline;
    },
    readonly end: {
      readonly resolve: (outcomes: FlushOutcome[]) => void;
      readonly reject: (error: unknown) => void;
    },
  ) {
    this.outcomes = Array.from({ length: events.length });
    this.open = events.length;
  }

  get since(): number {
    return this.times.since;
  }

  /** Some of it is in a flush, or was. */
  get hasBegun(): boolean {
    return this.taken > 0;
  }

  /** Nobody waits for it any more. */
  get isAbandoned(): boolean {
    return this.times.deadline.hasPassed;
  }

  /** Whether all of it is in some flush. */
  get isTaken(): boolean {
    return this.taken === this.events.length;
  }

  /** The events that are in no flush. */
  *waiting(): Generator<MembershipEvent, void> {
    for (let at = this.taken; at < this.events.length; at += 1) {
      const event = this.events[at];
      if (event !== undefined) yield event;
    }
  }

  /** The next of them are in one. */
  take(count: number): SubmissionPart {
    const start = this.taken;
    this.taken += count;
    return { submission: this, start, count };
  }

  /** `from`: where the part's events stand in the flush. */
  settle({ start, count }: SubmissionPart, { outcomes, error }: Flushed, from: number): void {
    for (let index = 0; index < count; index += 1) {
      const outcome = outcomes[from + index];
      if (outcome === undefined) {
        this.end.reject(error);
        return;
      }
      this.outcomes[start + index] = outcome;
    }
    this.open -= count;
    if (this.open === 0) this.end.resolve(this.outcomes);
  }
}
