/** What an event says about one membership. Times are µs since 1970. */
export interface MembershipEvent {
  readonly kind: 'membership';
  readonly computationId: string;
  readonly computationKey: string;
  readonly spaceId: string | undefined;
  /** What createAudience answered, as the event repeats it; it need not be an id of ours. */
  readonly externalAudienceId: string | undefined;
  readonly contextKind: string;
  readonly memberKey: string;
  readonly isMember: boolean;
  readonly eventAt: number;
  /** The event named a time more than an hour ahead, so its arrival counts. */
  readonly clamped: boolean;
}

/** A user is to be forgotten. */
export interface EraseEvent {
  readonly kind: 'erase';
  readonly memberKey: string;
  /** Further identifiers the event names; what was stored under them is the same user's. */
  readonly otherKeys: readonly string[];
  readonly eventAt: number;
  readonly clamped: boolean;
}

/** An event that is none of ours, and no fault of anybody. */
export interface SkippedEvent {
  readonly kind: 'skipped';
  readonly reason: 'not_membership';
}

/** Why one event is kept aside (contracts/engage.md §4). */
export type RejectionReason = 'malformed' | 'indeterminate_membership' | 'no_identifier';

/** An event that is kept aside; `detail` tells why in words, without a value from the event. */
export interface RejectedEvent {
  readonly kind: 'rejected';
  readonly reason: RejectionReason;
  readonly detail: string;
}

export type Interpreted = MembershipEvent | EraseEvent | SkippedEvent | RejectedEvent;

export const NOT_MEMBERSHIP: SkippedEvent = { kind: 'skipped', reason: 'not_membership' };

export function rejected(reason: RejectionReason, detail: string): RejectedEvent {
  return { kind: 'rejected', reason, detail };
}
