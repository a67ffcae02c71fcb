import type { Evaluation } from '../evaluation/evaluation.js';
import type { UserText } from './user-text.js';
import type { Identity } from './track-event.js';

/** One evaluation that Segment is to be told of. */
export interface SeenEvaluation {
  readonly sdkId: string;
  readonly flagKey: string;
  readonly evaluation: Evaluation;
  readonly identity: Identity;
  /** Undefined: there was none. */
  readonly user: UserText | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface QueueLimits {
  readonly events: number;
  /** UTF-16 units of users and their identifiers. */
  readonly units: number;
}

/** Some minutes of what is sent while the service is busy, in at most some 80 MB. */
const LIMITS: QueueLimits = { events: 100_000, units: 2 ** 24 };
/** What was taken from the front is freed in steps, each of which copies the rest. */
const FREED_AT_ONCE = 4_096;

/** Evaluations that wait to be sent, oldest first; bounded. */
export class EvaluatedQueue {
  private items: SeenEvaluation[] = [];
  private taken = 0;
  private units = 0;

  constructor(private readonly limits: QueueLimits = LIMITS) {}

  get size(): number {
    return this.items.length - this.taken;
  }

  get isFull(): boolean {
    return this.size >= this.limits.events || this.units >= this.limits.units;
  }

  /** Only where it is not full. */
  push(seen: SeenEvaluation): void {
    this.items.push(seen);
    this.units += unitsOf(seen);
  }

  /** The oldest, as long as `fits` says so of each. */
  take(fits: (seen: SeenEvaluation) => boolean): SeenEvaluation[] {
    let end = this.taken;
    for (; end < this.items.length; end += 1) {
      const seen = this.items[end];
      if (seen === undefined || !fits(seen)) break;
      this.units -= unitsOf(seen);
    }
    const group = this.items.slice(this.taken, end);
    this.taken = end;
    if (this.taken >= FREED_AT_ONCE || this.size === 0) {
      this.items = this.items.slice(this.taken);
      this.taken = 0;
    }
    return group;
  }
}

function unitsOf({ user, identity }: SeenEvaluation): number {
  const id = 'userId' in identity ? identity.userId : identity.anonymousId;
  return id.length + (user?.json.length ?? 0);
}
