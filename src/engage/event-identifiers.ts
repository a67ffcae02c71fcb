import { isJsonObject, ownProperty } from './json-value.js';
import { identifier } from '../audiences/identifier.js';
import { memberKey } from './member-key.js';

/** Where Segment's events name people and accounts, from the event's root. */
const PLACES: readonly (readonly string[])[] = [
  ['userId'],
  ['anonymousId'],
  ['groupId'],
  ['previousId'],
  ['traits', 'email'],
  ['properties', 'email'],
  ['context', 'traits', 'email'],
  ['context', 'groupId'],
];

/** More external ids than a profile sends with one event. */
const MAX_EXTERNAL_IDS = 100;

/**
 * Every identifier an event holds, each once: the usual places, `context.externalIds`, and what the
 * destination's `context_key` reads. None where the event is no object.
 */
export function eventIdentifiers(event: unknown, contextKey: string): ReadonlySet<string> {
  const found = new Set<string>();
  if (!isJsonObject(event)) return found;
  const values = PLACES.map((place) => valueAt(event, place));
  const externalIds = valueAt(event, ['context', 'externalIds']);
  if (Array.isArray(externalIds)) {
    values.push(...externalIds.slice(0, MAX_EXTERNAL_IDS).map((entry) => valueAt(entry, ['id'])));
  }
  values.push(memberKey(event, contextKey));
  for (const value of values) {
    const text = identifier(value);
    if (text !== undefined) found.add(text);
  }
  return found;
}

function valueAt(root: unknown, place: readonly string[]): unknown {
  let value = root;
  for (const name of place) value = isJsonObject(value) ? ownProperty(value, name) : undefined;
  return value;
}
