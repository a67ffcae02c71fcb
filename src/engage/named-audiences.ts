import type { AudienceIdentity } from '../audiences/audience.js';
import type { Destination } from './destinations.js';
import type { MembershipEvent } from './interpreted.js';

/** An audience as a request's events name it; `id` once it was looked up. */
export interface NamedAudience {
  readonly identity: AudienceIdentity;
  id: number | undefined;
}

/** The audiences that a request's events name, each of them once: a batch has a thousand events of one. */
export class NamedAudiences {
  /** By computation: its newest naming. Another context kind or external id is rare, and may stand twice. */
  private readonly byComputation = new Map<string, NamedAudience>();

  constructor(private readonly destination: Destination) {}

  of(event: MembershipEvent): NamedAudience {
    const known = this.byComputation.get(event.computationId);
    if (known !== undefined && isOf(known.identity, event)) return known;
    const named = { identity: this.identityOf(event), id: undefined };
    this.byComputation.set(event.computationId, named);
    return named;
  }

  private identityOf(event: MembershipEvent): AudienceIdentity {
    const { id, options } = this.destination;
    const { contextKind } = event;
    return {
      destination: id,
      computationId: event.computationId,
      contextKind,
      key: event.computationKey,
      // The members of an account audience are accounts, whatever the destination's other members are.
      attribute: contextKind === options.contextKind ? options.attribute : contextKind,
      space: event.spaceId,
      externalAudienceId: event.externalAudienceId,
    };
  }
}

function isOf(identity: AudienceIdentity, event: MembershipEvent): boolean {
  return (
    identity.contextKind === event.contextKind &&
    identity.key === event.computationKey &&
    identity.space === event.spaceId &&
    identity.externalAudienceId === event.externalAudienceId
  );
}
