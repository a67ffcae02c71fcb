import { relative } from 'node:path';

export interface FirstStepsInput {
  /** URL of the main server. */
  readonly base: string;
  readonly tokenFile: string;
  readonly cwd: string;
}

/** Three commands to paste after a start without an options file: send an event, evaluate its flag, watch it. */
export function firstSteps({ base, tokenFile, cwd }: FirstStepsInput): string {
  const path = relative(cwd, tokenFile);
  const token = `$(cat ${quote(path.startsWith('..') ? tokenFile : path)})`;
  const personas = {
    computation_class: 'audience',
    computation_id: 'aud_1',
    computation_key: 'power_users',
  };
  const event = {
    type: 'identify',
    userId: 'ada',
    traits: { power_users: true },
    context: { personas },
  };
  const question = { key: 'audience_power_users', user: { Identifier: 'ada' } };
  const data = Buffer.from(JSON.stringify(question)).toString('base64url');
  return `
Audience Sync is ready on ${base}. Try it:

  # ada enters the audience "Power users", as Segment Engage would say it
  curl -X POST ${base}/engage/engage/events -H "Authorization: Bearer ${token}" -H 'Content-Type: application/json' -d '${JSON.stringify(event)}'

  # is its flag on for her?
  curl -X POST ${base}/api/default/eval -d '${JSON.stringify(question)}'

  # watch it: send the first command with "power_users":false meanwhile
  curl -N ${base}/sse/default/eval/${data}

`;
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
