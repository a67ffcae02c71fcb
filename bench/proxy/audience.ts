import { Client } from 'pg';
import type { ServiceProcess } from '../service-process.js';

export const TOKEN = 'bench';
/** The computation key of the audience, and so the end of its flag's key. */
export const AUDIENCE = 'everybody';

/** Makes the audience, with its segment, as Segment does: by its first event. */
export async function makeAudience(service: ServiceProcess): Promise<void> {
  const answer = await fetch(`${service.base}/engage/bench/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      type: 'identify',
      userId: memberKey(0),
      timestamp: '2026-01-01T00:00:00.000Z',
      traits: { [AUDIENCE]: true },
      context: {
        personas: {
          computation_class: 'audience',
          computation_key: AUDIENCE,
          computation_id: 'aud_everybody',
          namespace: 'spa_bench',
          space_id: 'spa_bench',
        },
      },
    }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

/** Straight into the table, before a service loads it. */
export async function insertMembers(databaseUrl: string, count: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `insert into membership (member_set, member_key, is_member, event_at, changed_at)
       select id, 'user-' || lpad(n::text, 8, '0') || '-member', true, now(), now()
       from audience, generate_series(1, $1::integer - 1) n where destination = 'bench'`,
      [count],
    );
  } finally {
    await client.end();
  }
}

export function memberKey(n: number): string {
  return `user-${n.toString().padStart(8, '0')}-member`;
}
