export const TOKEN = 'bench';

/** Users enter the audience `vip`, or leave it, as Segment says so. */
export async function enter(
  base: string,
  users: readonly string[],
  isMember = true,
): Promise<void> {
  const answer = await fetch(`${base}/engage/bench/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(
      users.map((userId) => ({
        type: 'identify',
        userId,
        timestamp: new Date().toISOString(),
        traits: { vip: isMember },
        context: {
          personas: {
            computation_class: 'audience',
            computation_key: 'vip',
            computation_id: 'aud_vip',
            namespace: 'spa_bench',
            space_id: 'spa_bench',
          },
        },
      })),
    ),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}
