import type { DestinationSettings } from './destination-settings.js';
import { isJsonObject, ownProperty, type JsonObject } from './json-value.js';

/** The part of a computation that its membership is read by. */
export interface MembershipSource {
  readonly class: unknown;
  readonly key: string | undefined;
}

/**
 * Whether the event says in or out, or (a text) why that can't be told. Never guesses a removal: a
 * wrong leave turns a feature off for someone (contracts/engage.md §4).
 */
export function membershipState(
  event: JsonObject,
  { class: computationClass, key }: MembershipSource,
  settings: DestinationSettings,
): boolean | string {
  if (computationClass !== 'audience' && computationClass !== 'journey_step') {
    return 'the computation class is unknown';
  }
  const bag = bagOf(event);
  if (bag === undefined) return 'the event type carries no membership';
  const value = key !== undefined && isJsonObject(bag) ? ownProperty(bag, key) : undefined;
  if (typeof value === 'boolean') return value;
  const isText = value === 'true' || value === 'false';
  if (isText && settings.membership === 'lenient') return value === 'true';
  if (computationClass === 'journey_step' && settings.journeySteps === 'enter') {
    // A step that says "false" did not enter, however leniently it is read.
    return value === 'false' ? 'the membership is the text "false"' : true;
  }
  if (isText) return 'the membership is a text, which counts with membership: lenient only';
  return value === undefined ? 'the membership is missing' : 'the membership is no boolean';
}

/** Where Engage puts the membership; undefined for a type that has no such place. */
function bagOf(event: JsonObject): unknown {
  switch (event['type']) {
    case 'identify':
    case 'group':
      return event['traits'] ?? null;
    case 'track':
      return event['properties'] ?? null;
    default:
      return undefined;
  }
}
