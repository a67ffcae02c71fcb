import { whoMeets, type Condition } from './condition.js';
import { conditionsChange, hiddenChange } from './condition-changes.js';

/** What makes a user part of a segment: conditions, or the text of what else does. */
export type Definition = readonly Condition[] | string;

/** @param segment its name in quotes */
export function segmentCreated(segment: string, definition: Definition): string {
  return `Segment ${segment} was created. It is defined as ${textOf(definition)}.`;
}

export function segmentDeleted(segment: string, definition: Definition): string {
  return `Segment ${segment} was deleted. It was defined as ${textOf(definition)}.`;
}

export function* definitionChange(
  segment: string,
  before: Definition,
  after: Definition,
): Iterable<string> {
  const place = `Segment ${segment}`;
  const change =
    typeof before === 'string' || typeof after === 'string'
      ? { kind: before === after ? ('none' as const) : ('replaced' as const) }
      : conditionsChange(before, after);
  if (change.kind === 'edited') yield* change.sentences(place);
  if (change.kind !== 'replaced') return;
  const [old, recent] = [textOf(before), textOf(after)];
  yield old === recent
    ? hiddenChange(place)
    : `${place} is now defined as ${recent}; it was defined as ${old}.`;
}

function textOf(definition: Definition): string {
  return typeof definition === 'string' ? definition : whoMeets(definition);
}
