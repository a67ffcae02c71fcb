import type { FeedChange } from '../audiences/feed.js';
import type { EventMessage } from './event-message.js';

/** A first sync of a million members is a thousand changes a second: a console wants to know how many. */
const GATHER_MS = 250;

interface Counts {
  entered: number;
  left: number;
}

/** Counts who entered and left, by audience, and tells it some times a second. */
export class EventChanges {
  private counts = new Map<number, Counts>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly tell: (messages: readonly EventMessage[]) => void,
    private readonly now: () => Date,
  ) {}

  add(changes: readonly FeedChange[]): void {
    for (const { audienceId, isMembers } of changes) {
      if (isMembers.length === 0) continue;
      const counts = this.of(audienceId);
      for (const isMember of isMembers) counts[isMember ? 'entered' : 'left'] += 1;
    }
    if (this.counts.size > 0) this.timer ??= setTimeout(() => this.tellAll(), GATHER_MS);
  }

  /** What was not told is forgotten. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.counts.clear();
  }

  private of(audienceId: number): Counts {
    let counts = this.counts.get(audienceId);
    if (counts === undefined) this.counts.set(audienceId, (counts = { entered: 0, left: 0 }));
    return counts;
  }

  private tellAll(): void {
    const { counts } = this;
    this.counts = new Map();
    this.timer = undefined;
    const at = this.now().toISOString();
    this.tell(
      [...counts].map(([id, { entered, left }]) => ({
        event: 'audience',
        data: { audienceId: String(id), entered, left, at },
      })),
    );
  }
}
