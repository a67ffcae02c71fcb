import type { Evaluation } from '../evaluation/evaluation.js';
import type { UserText } from './user-text.js';

/**
 * One evaluation that Segment is to be told of. Flat, and whatever can be made later is: tens of
 * thousands of these are what the garbage collector goes through.
 */
export interface SeenEvaluation {
  readonly sdkId: string;
  readonly flagKey: string;
  readonly evaluation: Evaluation;
  /** The user's Identifier; undefined: there is none. */
  readonly userId: string | undefined;
  /** In its place; undefined: a random one. */
  readonly anonymousId: string | undefined;
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

/** Two minutes of what is sent while the service is busy, in some 10 MB, or 40 with large users. */
const LIMITS: QueueLimits = { events: 20_000, units: 2 ** 24 };
/** What was taken from the front is freed in steps, each of which copies the rest. */
const FREED_AT_ONCE = 512;

/** Evaluations that wait to be sent, oldest first; bounded. */
export class EvaluatedQueue {
  private items: SeenEvaluation[] = [];
  private taken = 0;
  private units = 0;
  /** Of the newest: all flags of one user come after each other, and share it. */
  private newestUser: UserText | undefined;

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
    this.units += unitsOf(seen, this.newestUser);
    this.newestUser = seen.user;
  }

  /** The oldest; undefined: there is none. */
  get oldest(): SeenEvaluation | undefined {
    return this.items[this.taken];
  }

  /** Takes the oldest out, where there is one. */
  shift(): void {
    const { oldest } = this;
    if (oldest === undefined) return;
    this.taken += 1;
    if (this.size === 0) {
      this.units = 0;
      this.newestUser = undefined;
    } else {
      this.units -= unitsOf(oldest, this.oldest?.user);
    }
    if (this.taken >= FREED_AT_ONCE || this.size === 0) {
      this.items = this.items.slice(this.taken);
      this.taken = 0;
    }
  }
}

/** `neighbour`: the user of the one beside it, whose text is counted there. */
function unitsOf({ user, userId = '' }: SeenEvaluation, neighbour: UserText | undefined): number {
  return userId.length + (user === undefined || user === neighbour ? 0 : user.json.length);
}
