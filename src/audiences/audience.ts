/** An audience as the rest of the service sees it: bound to a computation, so with a key and a slug. */
export interface Audience {
  readonly id: number;
  readonly destination: string;
  readonly computationId: string;
  readonly contextKind: string;
  readonly key: string;
  /** Names it in flags and in the membership attribute, for ever. */
  readonly slug: string;
  readonly name: string;
  /** The user attribute that member keys are matched on. */
  readonly attribute: string;
  readonly status: 'live' | 'archived';
}

/** What an event says about its audience. */
export interface AudienceIdentity {
  readonly destination: string;
  readonly computationId: string;
  readonly contextKind: string;
  readonly key: string;
  readonly attribute: string;
  readonly space?: string | undefined;
  /** What createAudience once answered, if it was us who did. */
  readonly externalAudienceId?: string | undefined;
}
