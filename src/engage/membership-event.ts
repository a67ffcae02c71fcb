import type { DestinationSettings } from './destination-settings.js';
import { eventTime, type EventTime } from './event-time.js';
import { NOT_MEMBERSHIP, rejected, type Interpreted } from './interpreted.js';
import { isJsonObject, nestsDeeperThan, type JsonObject } from './json-value.js';
import { identifier } from '../audiences/identifier.js';
import { memberKey } from './member-key.js';
import { membershipState } from './membership-state.js';
import { readPersonas } from './personas.js';
import { keyProblem } from '../audiences/storable-key.js';

const MAX_DEPTH = 100;

/** What a request's events share. */
export interface Reception {
  /** When the request came, in µs since 1970. */
  readonly arrival: number;
  /** As `ParsedBody` has it. */
  readonly lossy: boolean;
}

/**
 * What one element of a body means under its destination's settings (contracts/engage.md §4). The
 * checks run in the contract's order: malformed, delete, not_membership, indeterminate_membership,
 * no_identifier. Never throws.
 */
export function interpretEvent(
  event: unknown,
  settings: DestinationSettings,
  reception: Reception,
): Interpreted {
  if (!isJsonObject(event)) return rejected('malformed', 'the event is no object');
  const type = event['type'];
  if (typeof type !== 'string' || type === '') return rejected('malformed', 'type is missing');
  const time = eventTime(event, reception.arrival);
  if (time === undefined) return rejected('malformed', 'the time cannot be read');
  if (nestsDeeperThan(event, MAX_DEPTH)) return rejected('malformed', 'nested deeper than 100');
  if (type === 'delete') return interpretDelete(event, settings, time, reception.lossy);

  const computation = readPersonas(event, reception.lossy);
  if (computation === undefined) return NOT_MEMBERSHIP;
  if (computation.kind === 'rejected') return computation;
  if (computation.class === 'trait' || isSkippedType(type, settings)) return NOT_MEMBERSHIP;

  const isGroup = type === 'group';
  const key = isGroup ? identifier(event['groupId']) : memberKey(event, settings.contextKey);
  const problem = key === undefined ? undefined : keyProblem(key, reception.lossy);
  if (problem !== undefined) return rejected('malformed', `the member key ${problem}`);

  const isMember = membershipState(event, computation, settings);
  if (typeof isMember === 'string') return rejected('indeterminate_membership', isMember);
  if (key === undefined) return noIdentifier(isGroup ? 'groupId' : settings.contextKey);
  return {
    kind: 'membership',
    computationId: computation.id,
    // A step's key is its id where both are sent; a step entered by its mere event may lack it.
    computationKey: computation.key ?? computation.id,
    spaceId: computation.spaceId,
    externalAudienceId: computation.externalAudienceId,
    contextKind: isGroup ? 'account' : settings.contextKind,
    memberKey: key,
    isMember,
    eventAt: time.at,
    clamped: time.clamped,
  };
}

function isSkippedType(type: string, settings: DestinationSettings): boolean {
  if (type === 'group') return settings.groupEvents === 'ignore';
  return type === 'page' || type === 'screen' || type === 'alias';
}

/**
 * Segment's deletion names a `userId`. The keys erased are what a membership of this event would
 * have been stored under, and the `userId` in any case: under `email_only` or a path the latter is
 * all there often is, and rejected events are found by it.
 */
function interpretDelete(
  event: JsonObject,
  settings: DestinationSettings,
  time: EventTime,
  lossy: boolean,
): Interpreted {
  const userId = identifier(event['userId']);
  const stored = memberKey(event, settings.contextKey);
  const key = stored ?? userId;
  if (key === undefined) return noIdentifier(settings.contextKey);
  const otherKeys = userId === undefined || userId === key ? [] : [userId];
  for (const candidate of [key, ...otherKeys]) {
    const problem = keyProblem(candidate, lossy);
    if (problem !== undefined) return rejected('malformed', `the member key ${problem}`);
  }
  return { kind: 'erase', memberKey: key, otherKeys, eventAt: time.at, clamped: time.clamped };
}

function noIdentifier(wanted: string): Interpreted {
  return rejected('no_identifier', `nothing for ${wanted}`);
}
