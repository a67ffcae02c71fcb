import type { DestinationSettings } from './destination-settings.js';
import type { Interpreter } from './event-receiver.js';
import { rejected, type Interpreted } from './interpreted.js';
import { isJsonObject } from './json-value.js';
import { identifier } from '../audiences/identifier.js';
import type { Reception } from './membership-event.js';
import { keyProblem } from '../audiences/storable-key.js';

/**
 * Reads the items of LaunchDarkly's synced-segment call. They name no time, so a later one counts as
 * a microsecond younger than the one before it.
 */
export function syncedSegmentInterpreter(contextKind: string): Interpreter {
  return (item, settings, { arrival, lossy, position }) =>
    interpretItem(item, {
      contextKind,
      settings,
      reception: { arrival: arrival + position, lossy },
    });
}

function interpretItem(
  item: unknown,
  {
    contextKind,
    settings,
    reception,
  }: {
    readonly contextKind: string;
    readonly settings: DestinationSettings;
    readonly reception: Reception;
  },
): Interpreted {
  const { arrival, lossy } = reception;
  if (!isJsonObject(item)) return rejected('malformed', 'the item is no object');
  const computationId = identifier(item['cohortId']);
  if (computationId === undefined) return rejected('malformed', 'cohortId is missing');
  const key = identifier(item['userId']);
  const computationKey = keyOf(identifier(item['cohortName']) ?? computationId);
  for (const [name, text] of Object.entries({
    contextKind,
    cohortId: computationId,
    cohortName: computationKey,
    userId: key,
  })) {
    const problem = text === undefined ? undefined : keyProblem(text, lossy);
    if (problem !== undefined) return rejected('malformed', `${name} ${problem}`);
  }
  if (computationKey === '') return rejected('malformed', 'the cohort name is of spaces alone');
  if (contextKind.trim() === '')
    return rejected('malformed', 'the context kind is of spaces alone');
  const isMember = stateOf(item['value'], settings);
  if (typeof isMember === 'string') return rejected('indeterminate_membership', isMember);
  if (key === undefined) return rejected('no_identifier', 'nothing for userId');
  return {
    kind: 'membership',
    computationId,
    computationKey,
    spaceId: undefined,
    externalAudienceId: undefined,
    contextKind,
    memberKey: key,
    isMember,
    eventAt: arrival,
    clamped: false,
  };
}

/**
 * The computation key again, which flags are named after: the sender made `Power users` of
 * `power_users`, and `VIP users` of `VIP_users`.
 */
function keyOf(cohortName: string): string {
  const key = cohortName.trim().replace(/\s/g, '_');
  return /^\p{Lu}\p{Lu}/u.test(key) ? key : key.slice(0, 1).toLowerCase() + key.slice(1);
}

function stateOf(value: unknown, { membership }: DestinationSettings): boolean | string {
  if (typeof value === 'boolean') return value;
  if (value !== 'true' && value !== 'false') return 'the value is no boolean';
  return membership === 'lenient'
    ? value === 'true'
    : 'the value is a text, which counts with membership: lenient only';
}
