import type { FlagQuestion } from './sse-client.js';

/** The flag of a member as our API evaluates it; false also while there is no such flag. */
export async function evaluateByApi({ base, sdkId, flag, member }: FlagQuestion): Promise<boolean> {
  const answer = await fetch(`${base}/api/${sdkId}/eval`, {
    method: 'POST',
    body: JSON.stringify({ key: flag, user: { Identifier: member } }),
  });
  const { value }: { value?: unknown } = answer.ok ? Object(await answer.json()) : {};
  return value === true;
}
