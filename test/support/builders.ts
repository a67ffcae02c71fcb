import type { SegmentEvent } from './segment-sender.js';

/** What tells one membership event of Engage from another; the rest is as Segment sends it. */
export interface MembershipOptions {
  readonly userId?: unknown;
  /** The computation key; its id is made of it unless told. */
  readonly key?: string;
  readonly computationId?: string;
  readonly isMember?: unknown;
  /** ISO 8601. */
  readonly at?: string;
  /** Over the personas of the event. */
  readonly personas?: Readonly<Record<string, unknown>>;
  /** Over all else at the top level. */
  readonly over?: Readonly<Record<string, unknown>>;
}

/** When an event happened that does not say. */
export const EVENT_TIME = '2024-05-03T19:42:50.066Z';

let messages = 0;

/** Someone entered (or left) an audience, as `identify`. */
export function identify(options: MembershipOptions = {}): SegmentEvent {
  const { key = 'power_users', isMember = true, userId = 'user_1' } = options;
  const traits = { [key]: isMember, email: 'user@example.com', newsletter: true };
  return { ...envelope(options), type: 'identify', userId, traits, ...options.over };
}

/** The same, as `track`. */
export function track(options: MembershipOptions = {}): SegmentEvent {
  const { key = 'power_users', isMember = true, userId = 'user_1' } = options;
  return {
    ...envelope(options),
    type: 'track',
    event: isMember === true ? 'Audience Entered' : 'Audience Exited',
    userId,
    properties: { audience_key: key, [key]: isMember },
    ...options.over,
  };
}

/** An account entered (or left) an account-level audience. */
export function group(
  options: MembershipOptions & { readonly groupId?: string } = {},
): SegmentEvent {
  const { key = 'power_users', isMember = true, groupId = 'acct_1' } = options;
  return { ...envelope(options), type: 'group', groupId, traits: { [key]: isMember } };
}

/** A user is to be forgotten. */
export function deletion(userId: string, at = '2024-05-04T00:30:08.276Z'): SegmentEvent {
  return { type: 'delete', userId, timestamp: at };
}

/** Many users enter one audience. */
export function entries(count: number, options: MembershipOptions = {}): readonly SegmentEvent[] {
  return Array.from({ length: count }, (_, n) => identify({ ...options, userId: `user_${n}` }));
}

function envelope({
  key = 'power_users',
  computationId,
  at = EVENT_TIME,
  personas,
}: MembershipOptions) {
  messages += 1;
  return {
    context: {
      integrations: { personas: false },
      library: { name: 'unknown', version: 'unknown' },
      personas: {
        computation_class: 'audience',
        computation_id: computationId ?? `aud_${key}`,
        computation_key: key,
        namespace: 'spa_o1E9fAxCkCzjp6rLG1ptWR',
        space_id: 'spa_o1E9fAxCkCzjp6rLG1ptWR',
        ...personas,
      },
    },
    integrations: { All: false, 'Webhooks (Actions)': true, Warehouses: { all: false } },
    messageId: `personas_${messages}`,
    originalTimestamp: at,
    receivedAt: at,
    sentAt: null,
    timestamp: at,
    writeKey: 'REDACTED',
  };
}
