/** Events in one request, as Segment batches by default. */
export const BATCH_SIZE = 1_000;

/** The body of one request of a first sync: members enter an audience, in events shaped as Segment's. */
export function batchBody(audience: string, firstMember: number): string {
  const events = Array.from({ length: BATCH_SIZE }, (_, index) =>
    event(audience, memberKey(firstMember + index)),
  );
  return JSON.stringify(events);
}

export function memberKey(number: number): string {
  return `user_${String(number).padStart(15, '0')}`;
}

function event(audience: string, userId: string): unknown {
  return {
    context: {
      integrations: { personas: false },
      library: { name: 'unknown', version: 'unknown' },
      personas: {
        computation_class: 'audience',
        computation_id: `aud_${audience}`,
        computation_key: audience,
        namespace: 'spa_rHVbZsJXToWAwcmbgpfo36',
        space_id: 'spa_rHVbZsJXToWAwcmbgpfo36',
      },
      traits: { email: `${userId}@example.com` },
    },
    integrations: { All: false, 'Webhooks (Actions)': true, Warehouses: { all: false } },
    messageId: `personas_2fyFNSKX4MjAbsN_${userId}`,
    originalTimestamp: '2026-05-03T19:42:50.066179717Z',
    receivedAt: '2026-05-03T19:42:59.762Z',
    sentAt: null,
    timestamp: '2026-05-03T19:42:50.066Z',
    writeKey: 'REDACTED',
    type: 'identify',
    userId,
    traits: { [audience]: true, email: `${userId}@example.com`, plan: 'enterprise', seats: 42 },
  };
}
