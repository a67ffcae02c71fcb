import { randomUUID } from 'node:crypto';
import type { ChangePlace } from './change-places.js';

/** Who changed something, as their admin token names them. */
export interface Actor {
  readonly name: string;
  readonly email: string | undefined;
}

/** What became of one flag or segment; see contracts/analytics.md. */
export interface RecordedChange {
  /** The SDK id or the product. */
  readonly scope: string;
  /** The flag's key or the segment's id; with what kind it is, where both may be. */
  readonly subject: string;
  /** Of what changed: from one to the next happens once. */
  readonly fromVersion: number;
  readonly toVersion: number;
  /** In sentences. */
  readonly details: string;
  readonly place: ChangePlace;
  /** Undefined: nobody that we know, such as somebody at ConfigCat's dashboard. */
  readonly actor: Actor | undefined;
}

/** A Feature Flag Changed event as it waits in the outbox. */
export interface ChangedEvent {
  readonly identity: { readonly userId: string } | { readonly anonymousId: string };
  /** However often it is sent, it is one. */
  readonly messageId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** One id for all changes by nobody that we know: Segment bills each as a user. */
const NOBODY = 'audience-sync';

export function changedEvent({ details, place, actor }: RecordedChange): ChangedEvent {
  return {
    identity: actor === undefined ? { anonymousId: NOBODY } : { userId: actor.name },
    messageId: `changed-${randomUUID()}`,
    properties: {
      details: cut(details),
      ...place,
      ...(actor && {
        ...(actor.email !== undefined && { user_email: actor.email }),
        user_full_name: actor.name,
      }),
    },
  };
}

/** Segment takes events of 32 KB; this leaves room for everything else. */
const MAX_DETAILS_BYTES = 24_000;

/** At the end of a text that was cut there. */
const HALF_A_PAIR = /[\uD800-\uDBFF]$/;

function cut(details: string): string {
  let text = details;
  while (Buffer.byteLength(JSON.stringify(text)) > MAX_DETAILS_BYTES) {
    text = `${text.slice(0, Math.floor(text.length * 0.8)).replace(HALF_A_PAIR, '')}… (cut)`;
  }
  return text;
}
