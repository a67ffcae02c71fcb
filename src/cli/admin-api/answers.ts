import { isObject, shape } from './shape.js';

/** What the admin API answers (contracts/admin.md), as far as this program shows it. */

export interface WhoAmI {
  readonly name: string;
  readonly role: string;
}

export const isWhoAmI = shape<WhoAmI>({ name: 'text', role: 'text' });

export interface Segment {
  readonly segmentId: string;
  readonly product: string;
  readonly name: string;
  readonly description: string;
  readonly comparisonAttribute?: string;
  readonly comparator?: string;
  readonly comparisonValue?: string;
  readonly conditions?: readonly unknown[];
  readonly audience?: Readonly<Record<string, string>>;
  readonly delivery?: string;
  readonly overlay: boolean;
  readonly updatedAt: string;
  readonly updatedBy: string;
  readonly version: number;
  /** Keys of the flags that use it. */
  readonly usage: readonly string[];
}

export const isSegment = shape<Segment>({
  segmentId: 'text',
  product: 'text',
  name: 'text',
  overlay: 'switch',
  version: 'number',
  usage: 'list',
});

export interface Audience {
  readonly id: string;
  readonly destination: string;
  readonly computationId: string | null;
  readonly contextKind: string;
  readonly key: string | null;
  readonly slug: string | null;
  readonly name: string;
  readonly attribute: string;
  /** Null while the service loads memberships. */
  readonly memberCount: number | null;
  readonly status: string;
  readonly firstSeenAt: string | null;
  readonly lastEventAt: string | null;
  readonly segments: readonly {
    readonly id: string;
    readonly product: string;
    readonly name: string;
  }[];
}

export const isAudience = shape<Audience>({
  id: 'text',
  name: 'text',
  slug: 'text or null',
  segments: 'list',
});

export interface Member {
  readonly member: string;
  readonly since: string;
  readonly eventAt: string;
}

export const isMember = shape<Member>({ member: 'text', since: 'text', eventAt: 'text' });

export interface ImportResult {
  readonly received: number;
  readonly rejected: number;
  readonly added: number;
  readonly removed: number;
  /** The first of them. */
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
}

export const isImportResult = shape<ImportResult>({
  received: 'number',
  rejected: 'number',
  added: 'number',
  removed: 'number',
  problems: 'list',
});

export interface RejectedEvent {
  readonly id: string;
  readonly destination: string;
  readonly reason: string;
  readonly detail: string;
  readonly receivedAt: string;
}

export const isRejectedEvent = shape<RejectedEvent>({ id: 'text', reason: 'text' });

/** Engage's counts, and `left`: how many were not replayed this time. */
export type ReplayCounts = Readonly<Record<string, number>>;

export function isReplayCounts(body: unknown): body is ReplayCounts {
  return isObject(body) && Object.values(body).every((count) => typeof count === 'number');
}

export interface Explanation {
  readonly key: string;
  readonly value: unknown;
  readonly variationId: string | null;
  readonly error: string | null;
  readonly log: string;
}

export const isExplanation = shape<Explanation>({ key: 'text', log: 'text' });
