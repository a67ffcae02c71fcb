import type { MembershipEvent as StoredEvent } from '../audiences/membership-store.js';
import type { MembershipEvent } from './interpreted.js';
import type { NamedAudience } from './named-audiences.js';

/**
 * One membership of a request, from its event to the database. One small object all the way: what
 * lives through a flush is what garbage collection costs, and it was a sixth of the service's time
 * when each stage made its own.
 */
export class ReceivedMembership implements StoredEvent {
  readonly memberKey: string;
  readonly isMember: boolean;
  readonly eventAt: number;

  constructor(
    event: MembershipEvent,
    readonly audience: NamedAudience,
    /** The event's place in the request. */
    readonly position: number,
  ) {
    this.memberKey = event.memberKey;
    this.isMember = event.isMember;
    this.eventAt = event.eventAt;
  }

  /** Only where the audience was looked up. */
  get audienceId(): number {
    return this.audience.id ?? Number.NaN;
  }
}
