/** An audience of the demo, as Segment names it. */
export interface Audience {
  /** `computation_id`: stable. */
  readonly id: string;
  /** `computation_key`: also the trait's name, and the flag's after `audience_`. */
  readonly key: string;
}

export interface Membership {
  readonly audience: Audience;
  readonly member: string;
  readonly isMember: boolean;
}

/** What Engage sends when a profile enters or leaves an audience. */
export function engageEvent({ audience, member, isMember }: Membership): object {
  const milliseconds = performance.timeOrigin + performance.now();
  const timestamp = new Date(milliseconds).toISOString();
  // Two events of one member can fall into one millisecond: the newest is found by the digits after.
  const nanoseconds = String(Math.floor((milliseconds % 1) * 1e6)).padStart(6, '0');
  return {
    type: 'identify',
    userId: member,
    traits: { [audience.key]: isMember, email: `${member}@example.com` },
    context: {
      integrations: { personas: false },
      library: { name: 'unknown', version: 'unknown' },
      personas: {
        computation_class: 'audience',
        computation_id: audience.id,
        computation_key: audience.key,
        namespace: 'spa_demo',
        space_id: 'spa_demo',
      },
    },
    integrations: { All: false, 'Webhooks (Actions)': true, Warehouses: { all: false } },
    messageId: `personas_${crypto.randomUUID()}`,
    originalTimestamp: timestamp.replace('Z', `${nanoseconds}Z`),
    receivedAt: timestamp,
    sentAt: null,
    timestamp,
    writeKey: 'REDACTED',
  };
}
