/** What of a destination's options decides the meaning of its events (contracts/engage.md §4). */
export interface DestinationSettings {
  readonly contextKind: string;
  /** `user_id_only`, `user_id_then_email`, …, `email_only`, or `path:$.traits.customer_id`. */
  readonly contextKey: string;
  readonly membership: 'strict' | 'lenient';
  readonly groupEvents: 'ignore' | 'account';
  readonly journeySteps: 'reject' | 'enter';
}
