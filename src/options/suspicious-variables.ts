import { closestMatch } from 'leven';
import type { Collision, Environment, Overlaid } from './environment.js';

const OURS = /^(CONFIGCAT|AUDIENCE_SYNC)_/;
/** What the command line reads. */
const OTHERS: ReadonlySet<string> = new Set(['AUDIENCE_SYNC_URL', 'AUDIENCE_SYNC_TOKEN']);
/** What Kubernetes gives each container for a service named configcat-… or audience-sync. */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$/;
const SERVICE_URL = /^(tcp|udp):\/\//;

/** One sentence for each variable that seems to be mistyped, or that sets two things; none holds a value. */
export function suspiciousVariables(
  env: Environment,
  { known, collisions }: Pick<Overlaid, 'known' | 'collisions'>,
): readonly string[] {
  const strangers = Object.keys(env)
    .filter((name) => OURS.test(name) && !known.has(name) && !OTHERS.has(name))
    .filter((name) => env[name] && !isServiceLink(name, env[name]))
    .toSorted();
  return [
    ...strangers.map((name) => {
      const nearest = closestMatch(name, [...known]) ?? '';
      return `The variable ${name} sets nothing; the nearest that does is ${nearest}.`;
    }),
    ...collisionsByOwner(collisions),
  ];
}

function isServiceLink(name: string, value: string): boolean {
  // CONFIGCAT_HTTP_PORT is one of ours, and its like may be mistyped.
  return SERVICE_LINK.test(name) && (!name.endsWith('_PORT') || SERVICE_URL.test(value));
}

/** SDK ids collide with all their variables: once is enough. */
function collisionsByOwner(collisions: readonly Collision[]): readonly string[] {
  const sentences = new Map<string, string>();
  for (const { variable, paths } of collisions) {
    const owners = paths.map(ownerOf).join(' and ');
    if (sentences.has(owners)) continue;
    sentences.set(owners, `${owners} are both set by ${variable}: choose another id for one.`);
  }
  return [...sentences.values()];
}

/** `sdks.shop` of `sdks.shop.base_url`; any other path itself. */
function ownerOf(path: string): string {
  return /^sdks\.[^.]+/.exec(path)?.[0] ?? path;
}
